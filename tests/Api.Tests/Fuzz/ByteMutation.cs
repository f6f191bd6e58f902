using System.Text;

namespace CdpPipeline.Api.Tests.Fuzz;

/// <summary>Breaks a body: flips, cuts, doubles and exchanges bytes, puts in what parsers stumble over, and splices it with another body.</summary>
internal static class ByteMutation
{
    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "\\u0000", "\\ud800", "\\udc00", "\\u00e9", "\\", "\"", "{", "}", "[", "]", ",", ":", "null", "true", "1e999", "-0", "1E+400", "0x1", "NaN", "\0", "é", "😀", "\uFEFF",
            "\"userId\":", "\"batch\":[", "\"context\":{", "\"traits\":{\"email\":\"", "9999-12-31T23:59:59Z", "0001-01-01", "\n", "/*", "//", "'", "{\"a\":", "[[[[[[[[", "}}}}}}}}",
            "99999999999999999999999999", "\"type\":\"alias\",", "\"previousId\":\"u-1\",", "\"__proto__\":",
        }.Select(Encoding.UTF8.GetBytes),
        [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF8], [0xFF, 0xFE], [0x80], [0xE2, 0x82],
    ];

    public static byte[] Of(byte[] whole, Random random, byte[] other)
    {
        var body = whole.ToList();
        for (var times = random.Next(1, 7); times > 0 && body.Count > 0; times--)
        {
            var at = random.Next(body.Count);
            switch (random.Next(8))
            {
                case 0: body[at] = (byte)random.Next(256); break;
                case 1: body[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: body.RemoveRange(at, random.Next(1, Math.Min(60, body.Count - at) + 1)); break;
                case 3: body.InsertRange(at, Pieces[random.Next(Pieces.Length)]); break;
                case 4: body.InsertRange(at, body.GetRange(at, random.Next(Math.Min(200, body.Count - at)))); break;
                case 5: body.InsertRange(at, Enumerable.Repeat(body[at], random.Next(2_000))); break;
                case 6 when other.Length > 0:
                    var from = random.Next(other.Length);
                    body.InsertRange(at, other.AsSpan(from, random.Next(Math.Min(400, other.Length - from))).ToArray());
                    break;
                default:
                    if (random.Next(6) == 0) body.RemoveRange(at, body.Count - at);
                    break;
            }
        }

        return [.. body];
    }
}
