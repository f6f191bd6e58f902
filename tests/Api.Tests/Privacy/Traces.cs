using System.Text;

namespace CdpPipeline.Api.Tests.Privacy;

/// <summary>The ways in which a text may lie somewhere: as it is, in hexadecimal, or within something that is kept in base64.</summary>
internal static class Traces
{
    private const int BitsOfByte = 8;
    private const int BitsOfDigit = 6;

    public static IReadOnlyList<string> Of(string text) =>
        [text, Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)), .. Enumerable.Range(0, 3).Select(before => InBase64(text, before))];

    public static bool AreIn(string held, IReadOnlyList<string> traces) => traces.Any(trace => held.Contains(trace, StringComparison.Ordinal));

    public static bool AreIn(ReadOnlySpan<byte> held, IReadOnlyList<string> traces)
    {
        foreach (var trace in traces)
        {
            if (held.IndexOf(Encoding.UTF8.GetBytes(trace)) >= 0) return true;
        }

        return false;
    }

    // The digits that are the text's alone, after so many other bytes.
    private static string InBase64(string text, int before)
    {
        byte[] bytes = [.. new byte[before], .. Encoding.UTF8.GetBytes(text)];
        var first = ((before * BitsOfByte) + BitsOfDigit - 1) / BitsOfDigit;
        return Convert.ToBase64String(bytes)[first..(bytes.Length * BitsOfByte / BitsOfDigit)];
    }
}
