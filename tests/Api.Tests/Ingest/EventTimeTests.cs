using System.Globalization;
using System.Text;
using CdpPipeline.Api.Ingest;

namespace CdpPipeline.Api.Tests.Ingest;

public sealed class EventTimeTests
{
    // Arrival is 2026-03-04T05:06:07Z.
    [Theory]
    [InlineData("", "2026-03-04T05:06:07Z")]
    [InlineData(""","timestamp":"2026-03-01T00:00:00Z" """, "2026-03-01T00:00:00Z")]
    [InlineData(""","timestamp":"2026-03-01T00:00:00.1234567+02:00" """, "2026-02-28T22:00:00.123456Z")]
    [InlineData(""","timestamp":"2026-03-01" """, "2026-03-01T00:00:00Z")]
    [InlineData(""","timestamp":"2026-03-01T10:00" """, "2026-03-01T10:00:00Z")]
    [InlineData(""","timestamp":1767225600000""", "2026-01-01T00:00:00Z")]
    [InlineData(""","timestamp":1767225600000.5""", "2026-01-01T00:00:00.0005Z")]
    [InlineData(""","originalTimestamp":"2026-03-01T00:00:00Z" """, "2026-03-01T00:00:00Z")]
    [InlineData(""","timestamp":"2026-03-02T00:00:00Z","originalTimestamp":"2026-03-01T00:00:00Z" """, "2026-03-02T00:00:00Z")]
    [InlineData(""","timestamp":"2026-03-01T00:00:00Z","sentAt":"2026-03-01T00:00:10Z" """, "2026-03-04T05:05:57Z")]
    [InlineData(""","timestamp":"2026-03-01T00:00:00Z","sentAt":"2026-03-01T00:00:00Z" """, "2026-03-04T05:06:07Z")]
    [InlineData(""","timestamp":"2046-03-01T00:00:00Z","sentAt":"2046-03-01T00:00:10Z" """, "2026-03-04T05:05:57Z")]
    [InlineData(""","timestamp":"2026-03-01T00:00:00Z","sentAt":"yesterday" """, "2026-03-01T00:00:00Z")]
    [InlineData(""","timestamp":"2026-03-01T00:00:00Z","sentAt":{} """, "2026-03-01T00:00:00Z")]
    [InlineData(""","timestamp":"2026-03-01T00:00:00Z","sentAt":"9999-12-31T23:59:59Z" """, "2026-03-01T00:00:00Z")]
    [InlineData(""","sentAt":"2026-03-01T00:00:10Z" """, "2026-03-04T05:06:07Z")]
    [InlineData(""","timestamp":"1970-01-01" """, "1970-01-01T00:00:00Z")]
    [InlineData(""","timestamp":"2027-03-05T05:06:07Z" """, "2027-03-05T05:06:07Z")]
    public void An_event_happened_when_it_says_corrected_for_its_clock(string fields, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), Reading.Good($$"""{"event":"E","userId":"u"{{fields}}}""").Timestamp);

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"garbage\"")]
    [InlineData("\"0000-01-01T00:00:00Z\"")]
    [InlineData("\"9999-12-31T23:59:59Z\"")]
    [InlineData("\"1969-12-31T23:59:59Z\"")]
    [InlineData("\"2027-03-05T05:06:08Z\"")]
    [InlineData("\"2026-02-30\"")]
    [InlineData("\"2026-03-01T25:00:00Z\"")]
    [InlineData("\"2026-03-01T00:00:00Zulu\"")]
    [InlineData("\"0001-01-01T00:00:00+14:00\"")]
    [InlineData("\"9999-12-31T23:59:59-14:00\"")]
    [InlineData("1e400")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    [InlineData("true")]
    [InlineData("{}")]
    public void A_time_that_can_not_be_right_rejects_the_event(string timestamp) =>
        Assert.Equal("timestamp", Reading.Fault($$"""{"event":"E","userId":"u","timestamp":{{timestamp}}}"""));

    [Theory]
    [InlineData("""{"batch":[{"type":"track","event":"E","userId":"u","timestamp":"2026-03-01T00:00:00Z"}],"sentAt":"2026-03-01T00:00:10Z"}""", "2026-03-04T05:05:57Z")]
    [InlineData("""{"sentAt":"2026-03-01T00:00:10Z","batch":[{"type":"track","event":"E","userId":"u","timestamp":"2026-03-01T00:00:00Z"}]}""", "2026-03-04T05:05:57Z")]
    [InlineData("""{"batch":[{"type":"track","event":"E","userId":"u","sentAt":"2026-03-01T00:00:05Z","timestamp":"2026-03-01T00:00:00Z"}],"sentAt":"2026-03-01T00:00:10Z"}""", "2026-03-04T05:06:02Z")]
    [InlineData("""{"batch":[{"type":"track","event":"E","userId":"u","timestamp":"2026-03-01T00:00:00Z"}],"sentAt":"soon"}""", "2026-03-01T00:00:00Z")]
    public void The_batchs_sentAt_serves_events_without_their_own(string body, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), Assert.Single(Reading.Batch(body).Events).Timestamp);

    [Theory]
    [InlineData("2026-12-31T23:59:60Z", "2027-01-01T00:00:00Z")]
    [InlineData("2026-03-01t10:00:00z", "2026-03-01T10:00:00Z")]
    [InlineData("2026-03-01 10:00:00-0130", "2026-03-01T11:30:00Z")]
    [InlineData("2024-02-29", "2024-02-29T00:00:00Z")]
    public void Spellings_of_a_time_are_understood(string text, string expected)
    {
        Assert.True(InstantText.TryParse(Encoding.UTF8.GetBytes(text), out var instant));
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), instant);
    }

    [Theory]
    [InlineData("2026-3-1")]
    [InlineData("2026-03-01T")]
    [InlineData("2026-03-01T10")]
    [InlineData("2026-03-01T10:00:")]
    [InlineData("2026-03-01T10:00:00.Z")]
    [InlineData("2026-03-01T10:00:00+2")]
    [InlineData("2026-03-01T10:00:00+02.00")]
    [InlineData("2023-02-29")]
    public void Broken_spellings_are_not(string text) => Assert.False(InstantText.TryParse(Encoding.UTF8.GetBytes(text), out _));
}
