using System.Text.Json;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Domain.Tests.Segments.Text;

namespace CdpPipeline.Domain.Tests.Segments;

public sealed class SegmentSentenceTests
{
    private const string Vip = "01890000-0000-7000-8000-000000000000";

    [Theory]
    [InlineData("ALL()", "Everybody.")]
    [InlineData("ANY()", "Nobody.")]
    [InlineData("traits.plan = 'pro'", "People for whom their trait plan is \"pro\".")]
    [InlineData("traits.plan != 'pro'", "People for whom their trait plan is not \"pro\" (or is not set).")]
    [InlineData("NOT traits.plan = 'pro'", "People for whom their trait plan is not \"pro\" (or is not set).")]
    [InlineData("NOT traits.plan != 'pro'", "People for whom their trait plan is \"pro\".")]
    [InlineData("traits.\"first name\" = 'say \"hi\"'", "People for whom their trait \"first name\" is \"say \\\"hi\\\"\".")]
    [InlineData("traits.seats > 5", "People for whom their trait seats is more than 5.")]
    [InlineData("traits.seats = '5'", "People for whom their trait seats is \"5\".")]
    [InlineData("NOT traits.seats <= 2.50", "People for whom their trait seats is not at most 2.5 (or is not set).")]
    [InlineData("email ENDS WITH '@acme.com'", "People for whom their email ends with \"@acme.com\".")]
    [InlineData("NOT email ENDS WITH '@acme.com'", "People for whom their email does not end with \"@acme.com\" (or is not set).")]
    [InlineData("email NOT CONTAINS 'x'", "People for whom their email does not contain \"x\" (or is not set).")]
    [InlineData("email EXISTS", "People for whom their email is set.")]
    [InlineData("email NOT EXISTS", "People for whom their email is not set.")]
    [InlineData("phone MATCHES '^1'", "People for whom their phone matches the pattern \"^1\".")]
    [InlineData("traits.plan IN ('a', 2, TRUE)", "People for whom their trait plan is one of \"a\", 2 or true.")]
    [InlineData("traits.plan NOT IN ('a')", "People for whom their trait plan is none of \"a\" (or is not set).")]
    [InlineData("traits.ok IS TRUE", "People for whom their trait ok is true.")]
    [InlineData("lastSeen WITHIN LAST 7 DAYS", "People for whom their last event's time is within the last 7 days.")]
    [InlineData("lastSeen NOT WITHIN LAST 1 DAY", "People for whom their last event's time is not within the last 1 day (or is not set).")]
    [InlineData("createdAt BEFORE 30 DAYS AGO", "People for whom their time of creation is before 30 days ago.")]
    [InlineData("NOT createdAt BEFORE 30 DAYS AGO", "People for whom their time of creation is not before 30 days ago.")]
    [InlineData("traits.trialEnds >= NOW", "People for whom their trait trialEnds is at or after now.")]
    [InlineData("traits.trialEnds < 3 DAYS FROM NOW", "People for whom their trait trialEnds is before 3 days from now.")]
    [InlineData("firstSeen > '2024-05-01'", "People for whom their first event's time is after 2024-05-01T00:00:00Z.")]
    [InlineData("NOT events.count >= 10", "People for whom their number of events is not at least 10.")]
    [InlineData("groups.industry = 'shop'", "People for whom one of their groups' values of industry is \"shop\".")]
    [InlineData("groups.industry != 'shop'", "People for whom none of their groups' values of industry is \"shop\".")]
    [InlineData("anonymousId STARTS WITH 'a'", "People for whom one of their anonymous ids starts with \"a\".")]
    [InlineData("did('Order')", "People for whom they did \"Order\".")]
    [InlineData("NOT did('Order')", "People for whom they never did \"Order\".")]
    [InlineData("NOT did('Order' WITHIN 7 DAYS)", "People for whom they did not do \"Order\" in the last 7 days.")]
    [InlineData("did('Order' AT MOST 0 TIMES)", "People for whom they never did \"Order\".")]
    [InlineData("did('*' AT LEAST 2 TIMES WITHIN 1 HOUR)", "People for whom they did events of any name at least 2 times in the last 1 hour.")]
    [InlineData("did('*')", "People for whom they did some event.")]
    [InlineData("NOT did('*')", "People for whom they never did any event.")]
    [InlineData("did('A' EXACTLY 1 TIME)", "People for whom they did \"A\" exactly 1 time.")]
    [InlineData("NOT did('A' AT MOST 2 TIMES)", "People for whom they did \"A\" more than 2 times.")]
    [InlineData("did('A' LESS THAN 3 TIMES)", "People for whom they did \"A\" fewer than 3 times.")]
    [InlineData("did('A' NOT 3 TIMES)", "People for whom they did \"A\" not exactly 3 times.")]
    [InlineData("did('A' WHERE total >= 50 AND sku != 'x' AT LEAST 2 TIMES WITHIN 30 DAYS)", "People for whom they did \"A\" (where total is at least 50 and sku is not \"x\" (or is not set)) at least 2 times in the last 30 days.")]
    [InlineData("did('A' WHERE due BEFORE 3 DAYS FROM NOW AND made WITHIN LAST 1 DAY)", "People for whom they did \"A\" (where due is before 3 days after the event's time and made is within the last 1 day before the event's time).")]
    [InlineData("did('A' BETWEEN 30 DAYS AND 7 DAYS AGO)", "People for whom they did \"A\" between 30 days and 7 days ago.")]
    [InlineData("did('A' AT LEAST 2 TIMES BETWEEN 30 DAYS AND 0 DAYS AGO)", "People for whom they did \"A\" at least 2 times between 30 days ago and now.")]
    [InlineData("NOT did('A' BETWEEN 30 DAYS AND 7 DAYS AGO)", "People for whom they did not do \"A\" between 30 days and 7 days ago.")]
    [InlineData("did('A' WHERE paid IS TRUE SUM(total) >= 500.00 WITHIN 90 DAYS)", "People for whom the sum of total over their \"A\" events (where paid is true) in the last 90 days is at least 500.")]
    [InlineData("NOT did('A' SUM(total) >= 500)", "People for whom the sum of total over their \"A\" events is less than 500.")]
    [InlineData("did('*' DISTINCT(\"a b\") = 3)", "People for whom the number of different values of \"a b\" over their events of any name is 3.")]
    [InlineData("NOT did('*' DISTINCT(sku) = 3)", "People for whom the number of different values of sku over their events of any name is not 3.")]
    [InlineData("did('A' AVG(total) != -0.5)", "People for whom the average of total over their \"A\" events is not -0.5.")]
    [InlineData("NOT did('A' AVG(total) != -0.5)", "People for whom the average of total over their \"A\" events is -0.5 (or there are no values).")]
    [InlineData("did('A' MIN(total) > 5 BETWEEN 2 DAYS AND 1 DAY AGO)", "People for whom the smallest value of total over their \"A\" events between 2 days and 1 day ago is more than 5.")]
    [InlineData("NOT did('A' MIN(total) > 5)", "People for whom the smallest value of total over their \"A\" events is at most 5 (or there are no values).")]
    [InlineData("NOT did('A' MAX(total) < 5)", "People for whom the greatest value of total over their \"A\" events is at least 5 (or there are no values).")]
    [InlineData("did('A' THEN 'B')", "People for whom they did \"A\" (followed by \"B\").")]
    [InlineData("did('A' WHERE x = 1 AT LEAST 2 TIMES WITHIN 7 DAYS THEN 'B' WHERE y = 2 WITHIN 1 HOUR THEN 'C')", "People for whom they did \"A\" (where x is 1, followed within 1 hour by \"B\" (where y is 2, followed by \"C\")) at least 2 times in the last 7 days.")]
    [InlineData("NOT did('A' AT LEAST 2 TIMES THEN 'B')", "People for whom they did \"A\" (followed by \"B\") fewer than 2 times.")]
    [InlineData("NOT did('A' THEN '*' WITHIN 1 DAY)", "People for whom they never did \"A\" (followed within 1 day by some event).")]
    [InlineData("NOT did('*' WITHIN 7 DAYS THEN 'B')", "People for whom they did not do any event (followed by \"B\") in the last 7 days.")]
    [InlineData($"in_segment('{Vip}') AND NOT in_segment('00000000-0000-0000-0000-000000000001')", "People for whom they are in the segment \"VIP\", and they are not in the segment 00000000-0000-0000-0000-000000000001.")]
    [InlineData("traits.a = 1 AND (traits.b = 2 OR traits.c = 3)", "People for whom their trait a is 1, and (their trait b is 2, or their trait c is 3).")]
    [InlineData("traits.a = 1 AND traits.b = 2 OR traits.c = 3", "People for whom (their trait a is 1, and their trait b is 2), or their trait c is 3.")]
    [InlineData("NOT (traits.a = 1 AND traits.b = 2)", "People for whom it is not so that (their trait a is 1, and their trait b is 2).")]
    [InlineData("NOT NOT email EXISTS", "People for whom it is not so that (their email is not set).")]
    public void A_tree_is_said_in_one_sentence(string where, string sentence)
    {
        var tree = WhereReader.Read(where, out var error);

        Assert.True(tree is not null, error?.ToString());
        Assert.Equal(sentence, SegmentSentence.Of(tree, NameOf));
    }

    [Fact]
    public void Every_tree_can_be_said() => Seeds.Each(3_000, random =>
    {
        using var filter = JsonDocument.Parse(new RandomTrees(random).Filter());

        var sentence = SegmentSentence.Of(FilterReader.ReadTrusted(filter.RootElement), NameOf);

        Assert.EndsWith(".", sentence, StringComparison.Ordinal);
    });

    private static string? NameOf(SegmentId id) => id.ToString() == Vip ? "VIP" : null;
}
