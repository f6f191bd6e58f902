using System.Text;
using CdpPipeline.Domain.Profiles;

namespace CdpPipeline.Domain.Tests.Profiles;

public sealed class ConsentReaderTests
{
    [Theory]
    [InlineData("""{"consent":{"categoryPreferences":{"Advertising":true,"Analytics":false}}}""", "Advertising+ Analytics-")]
    [InlineData("""{"page":{"path":"/"},"consent":{"provider":"x","categoryPreferences":{"A":true}},"ip":"::1"}""", "A+")]
    [InlineData("""{"consentManagement":{"allowedConsentIds":["C1","C2"],"deniedConsentIds":["C2","C3"],"provider":"oneTrust"}}""", "C1+ C2- C3-")]
    [InlineData("""{"consentManagement":{"deniedConsentIds":["C2"],"allowedConsentIds":["C1","C2"]}}""", "C1+ C2-")]
    [InlineData("""{"consent":{"categoryPreferences":{"C2":true}},"consentManagement":{"deniedConsentIds":["C2","C3"]}}""", "C2+ C3-")]
    [InlineData("""{"consentManagement":{"deniedConsentIds":["C2","C3"]},"consent":{"categoryPreferences":{"C2":true}}}""", "C2+ C3-")]
    [InlineData("""{"consent":{"categoryPreferences":{"\u0041":true,"a.b":false}}}""", "A+ a.b-")]
    public void Both_spellings_are_read_and_what_denies_counts(string context, string said) => Assert.Equal(said, Read(context));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"note":"consent"}""")]
    [InlineData("""{"consent":null}""")]
    [InlineData("""{"consent":true,"consentManagement":[]}""")]
    [InlineData("""{"consent":[{"categoryPreferences":{"A":true}}]}""")]
    [InlineData("""{"consent":{"categoryPreferences":["A"]}}""")]
    [InlineData("""{"consent":{"categoryPreferences":{"A":"true","B":1,"C":null,"D":{"E":true},"":true}}}""")]
    [InlineData("""{"consentManagement":{"allowedConsentIds":{"A":true},"deniedConsentIds":[1,null,["A"],{"A":true},""]}}""")]
    [InlineData("""{"app":{"consent":{"categoryPreferences":{"A":true}}}}""")]
    [InlineData("""{"\u0063onsent":{"categoryPreferences":{"A":true}}}""")]
    public void Whatever_has_another_shape_says_nothing(string context) => Assert.Empty(Read(context));

    [Fact]
    public void Names_that_are_too_long_and_categories_beyond_the_bound_say_nothing()
    {
        var many = string.Join(',', Enumerable.Range(0, ConsentReader.CategoriesMax + 5).Select(i => $"\"c{i}\":true"));
        var name = new string('n', ConsentReader.NameLengthMax);

        Assert.Equal(ConsentReader.CategoriesMax, ConsentReader.Read(Bytes($$$$"""{"consent":{"categoryPreferences":{{{{{many}}}}}}}""")).Count);
        Assert.Equal($"{name}-", Read($$$$"""{"consent":{"categoryPreferences":{"{{{{name}}}}":false,"{{{{name}}}}n":false}}}"""));
    }

    [Fact]
    public void The_newest_word_counts_in_whatever_order_words_arrive()
    {
        var words = Enumerable.Range(0, 6).Select(i => (Bytes($$$$"""{"consent":{"categoryPreferences":{"A":{{{{(i % 2 == 0 ? "true" : "false")}}}}}}}"""), At: (long)i)).ToArray();
        Seeds.Each(100, random =>
        {
            random.Shuffle(words);
            var all = words.Aggregate(ConsentMap.Empty, (map, word) => map.Merge(word.Item1, word.At, 10));
            var parts = words.Chunk(2).Select(some => some.Aggregate(ConsentMap.Empty, (map, word) => map.Merge(word.Item1, word.At, 10))).Aggregate((one, other) => other.Combine(one));

            Assert.Equal(new Consent(false, 5, 10), all.Find("A"));
            Assert.Equal(all.All, parts.All);
        });
    }

    private static string Read(string context) =>
        string.Join(' ', ConsentReader.Read(Bytes(context)).OrderBy(said => said.Key, StringComparer.Ordinal).Select(said => said.Key + (said.Value ? "+" : "-")));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
