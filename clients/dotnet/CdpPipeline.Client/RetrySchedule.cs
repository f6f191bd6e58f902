using System.Net;
using System.Net.Http.Headers;

namespace CdpPipeline.Client;

/// <summary>Decides what is tried again, and when. Pure.</summary>
internal static class RetrySchedule
{
    /// <summary>True for an answer that may be another one later: 408, 429 and 5xx.</summary>
    public static bool IsWorthwhile(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500;

    /// <summary>
    /// The pause after so many failures in a row, at least one: first · 2^(failures − 1), no more than the longest, of which
    /// <paramref name="chance"/> (0 to 1) takes up to half away. A <c>Retry-After</c>, in seconds or as a date, is waited for in full.
    /// </summary>
    public static TimeSpan Pause(int failures, double chance, CdpClientOptions options, RetryConditionHeaderValue? retryAfter, DateTimeOffset now)
    {
        var doubled = options.RetryFirst * Math.Pow(2, Math.Min(failures - 1, 30));
        var own = (doubled < options.RetryMax ? doubled : options.RetryMax) * (1 - (chance / 2));
        var asked = retryAfter?.Delta ?? (retryAfter?.Date is { } date ? date - now : TimeSpan.Zero);
        return asked > own ? asked : own;
    }
}
