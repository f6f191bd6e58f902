using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace CdpPipeline.Domain.Schemas;

/// <summary>The formats of texts that are checked, each in linear time. Pure.</summary>
internal static class StringFormats
{
    private static readonly Dictionary<string, Func<string, bool>> Formats = new(StringComparer.Ordinal)
    {
        ["date-time"] = text => text.Length >= 20 && text[10] is 'T' or 't' && HasOffset(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        ["date"] = text => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        ["email"] = IsEmail,
        ["uri"] = text => Uri.TryCreate(text, UriKind.Absolute, out var uri) && !uri.IsFile,
        ["uuid"] = text => Guid.TryParseExact(text, "D", out _),
        ["ipv4"] = text => text.Count(letter => letter == '.') == 3 && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork,
        ["ipv6"] = text => text.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6,
    };

    public static string Names => string.Join(", ", Formats.Keys);

    /// <summary>Null for a format that is not checked.</summary>
    public static Func<string, bool>? Find(string name) => Formats.GetValueOrDefault(name);

    private static bool HasOffset(string text) => text[^1] is 'Z' or 'z' || (text.Length >= 25 && text[^6] is '+' or '-' && text[^3] == ':');

    private static bool IsEmail(string text)
    {
        var at = text.LastIndexOf('@');
        return at > 0 && at < text.Length - 1 && text.Length <= 254 && !text.Any(char.IsWhiteSpace) && text.IndexOf('@', StringComparison.Ordinal) == at && text[at + 1] != '.' && text[^1] != '.';
    }
}
