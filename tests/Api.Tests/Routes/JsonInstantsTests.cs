using System.Globalization;
using System.Text;
using CdpPipeline.Api.Routes;

namespace CdpPipeline.Api.Tests.Routes;

public sealed class JsonInstantsTests
{
    [Theory]
    [InlineData("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000Z")]
    [InlineData("2026-01-31T12:00:00.120Z", "2026-01-31T12:00:00.120Z")]
    [InlineData("2026-01-31T12:00:00.120001Z", "2026-01-31T12:00:00.120001Z")]
    [InlineData("2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00.000Z")]
    public void A_time_is_written_in_utc_with_milliseconds_or_microseconds(string at, string written)
    {
        var instant = DateTimeOffset.Parse(at, CultureInfo.InvariantCulture);

        var json = JsonAnswer.Render(instant, static (json, instant) => json.WriteInstant("at"u8, instant));

        Assert.Equal($$"""{"at":"{{written}}"}""", Encoding.UTF8.GetString(json));
    }

    [Fact]
    public void No_time_is_null() =>
        Assert.Equal("""{"at":null}""", Encoding.UTF8.GetString(JsonAnswer.Render(0, static (json, _) => json.WriteInstant("at"u8, null))));
}
