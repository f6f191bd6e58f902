using System.Text;
using System.Text.Json;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Domain.Tests.Segments.Text;

public sealed class WhereProperties
{
    [Fact]
    public void A_tree_written_as_text_and_read_again_is_the_same_tree() => Seeds.Each(10_000, random =>
    {
        var tree = Tree(random);
        var text = WhereWriter.Text(tree);

        var again = WhereReader.Read(text, out var error);

        Assert.True(again is not null, $"{text}\n{error}");
        Assert.Equal(tree, again);
    });

    [Fact]
    public void A_tree_written_as_json_and_read_again_is_the_same_tree_and_the_same_json() => Seeds.Each(10_000, random =>
    {
        var tree = Tree(random);
        var json = FilterWriter.ToElement(tree);

        var again = FilterReader.Read(json, out var error);

        Assert.True(again is not null, $"{json}\n{error}");
        Assert.Equal(tree, again);
        Assert.Equal(FilterWriter.Text(tree), FilterWriter.Text(again));
    });

    [Fact]
    public void Text_read_and_written_again_is_the_same_text() => Seeds.Each(5_000, random =>
    {
        var text = WhereWriter.Text(Tree(random));

        Assert.Equal(text, WhereWriter.Text(Read(text)));
    });

    [Fact]
    public void Space_brackets_and_the_case_of_keywords_make_no_difference() => Seeds.Each(3_000, random =>
    {
        var tree = Tree(random);

        Assert.Equal(tree, Read(Loosened(WhereWriter.Text(tree), random)));
    });

    [Fact]
    public void No_text_makes_the_reader_throw_and_what_it_accepts_is_a_valid_filter() => Seeds.Each(20_000, random =>
    {
        var text = Mutated(WhereWriter.Text(Tree(random)), random);

        var tree = WhereReader.Read(text, out var error);

        if (tree is null)
        {
            Assert.True(error is { Path: "where", Expected.Length: > 0 }, text);
            var lines = text.Split('\n');
            Assert.InRange(error.Place!.Value.Line, 1, lines.Length);
            Assert.InRange(error.Place.Value.Column, 1, lines[error.Place.Value.Line - 1].Length + 1);
            _ = JsonSerializer.Serialize(error);
        }
        else
        {
            Assert.Null(error);
            Assert.Equal(tree, FilterReader.ReadTrusted(FilterWriter.ToElement(tree)));
            Assert.Equal(tree, Read(WhereWriter.Text(tree)));
        }
    });

    private static SegmentNode Tree(Random random)
    {
        using var filter = JsonDocument.Parse(new RandomTrees(random).Filter());
        var tree = FilterReader.Read(filter.RootElement, out var error);
        Assert.True(tree is not null, $"{filter.RootElement}\n{error}");
        return tree;
    }

    private static SegmentNode Read(string text)
    {
        var tree = WhereReader.Read(text, out var error);
        Assert.True(tree is not null, $"{text}\n{error}");
        return tree;
    }

    // Outside of quotes: letters of keywords and functions small, more space, and brackets around everything.
    private static string Loosened(string text, Random random)
    {
        var loose = new StringBuilder();
        char? quote = null;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote is null && c is '\'' or '"') quote = c;
            else if (quote == c) quote = null;
            if (quote is not null)
            {
                loose.Append(c);
                continue;
            }

            // Names keep their case: only words with none but capital letters and no dot beside them are keywords here.
            loose.Append(c == ' ' ? random.Next(3) switch { 0 => "\n", 1 => " \t ", _ => " " } : c.ToString());
        }

        var words = loose.ToString();
        foreach (var keyword in new[] { " AND ", " OR ", " TIMES", " DAYS", " AGO", " BETWEEN", " THEN" })
        {
            if (!text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal)) words = words.Replace(keyword, keyword.ToLowerInvariant(), StringComparison.Ordinal);
        }

        return $" ( {words})\n";
    }

    private static string Mutated(string text, Random random)
    {
        var mutated = new StringBuilder(text);
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(mutated.Length + 1);
            switch (random.Next(5))
            {
                case 0 when at < mutated.Length:
                    mutated.Remove(at, Math.Min(random.Next(1, 8), mutated.Length - at));
                    break;
                case 1:
                    mutated.Insert(at, new RandomTrees(random).One(
                        "'", "\"", "(", ")", " NOT ", " AND ", ".", ",", "-", "1e", "1e999", "00", "\ud83d", "\udc00", "\0", " WITHIN 7 DAYS", " BETWEEN 7 DAYS AND 1 DAY AGO", " SUM(a) >= 1", " THEN 'B'", " AT LEAST 1001 TIMES", "9999999999", " TRUE", "((((", "<>", " AGO", ";"));
                    break;
                case 2 when at < mutated.Length:
                    mutated[at] = (char)random.Next(0x10000);
                    break;
                case 3:
                    mutated.Insert(at, mutated.ToString(0, Math.Min(mutated.Length, random.Next(40))));
                    break;
                default:
                    mutated.Length = at;
                    break;
            }
        }

        return mutated.ToString();
    }
}
