using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace CdpPipeline.Api.Browser;

/// <summary>
/// A script for web pages of any origin, put together once and kept ready as it is and gzipped. Immutable. Browsers may keep it for an hour and
/// then ask by its tag whether it is still the one.
/// </summary>
internal sealed class BrowserScript
{
    private const string ContentType = "text/javascript; charset=utf-8";

    private static readonly CacheControlHeaderValue Kept = new() { Public = true, MaxAge = TimeSpan.FromHours(1) };

    private readonly byte[] text;
    private readonly byte[] zipped;

    // Weak: the same for both spellings of the text.
    private readonly EntityTagHeaderValue tag;

    private BrowserScript(byte[] text)
    {
        this.text = text;
        zipped = Zip(text);
        tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(text).AsSpan(0, 8))}\"", isWeak: true);
    }

    /// <summary>These files of the assembly, in this order, and a last line behind them.</summary>
    public static BrowserScript Of(IEnumerable<string> resources, string lastLine = "")
    {
        using var whole = new MemoryStream();
        foreach (var name in resources)
        {
            using var stream = typeof(BrowserScript).Assembly.GetManifestResourceStream(name)
                ?? throw new InvalidOperationException($"The resource {name} is not in the assembly.");
            stream.CopyTo(whole);
        }

        whole.Write(Encoding.UTF8.GetBytes(lastLine));
        return new BrowserScript(whole.ToArray());
    }

    public async Task AnswerAsync(HttpContext context)
    {
        var headers = context.Response.GetTypedHeaders();
        headers.ETag = tag;
        headers.CacheControl = Kept;
        context.Response.Headers.Vary = "Accept-Encoding";
        context.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        context.Response.Headers.AccessControlAllowOrigin = "*";
        var asked = context.Request.GetTypedHeaders();
        if (asked.IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false) || known == EntityTagHeaderValue.Any))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var isZipped = asked.AcceptEncoding.Any(encoding => encoding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && encoding.Quality is not 0);
        if (isZipped) context.Response.Headers.ContentEncoding = "gzip";
        var bytes = isZipped ? zipped : text;
        context.Response.ContentType = ContentType;
        context.Response.ContentLength = bytes.Length;
        await context.Response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
    }

    private static byte[] Zip(byte[] text)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.SmallestSize)) gzip.Write(text);
        return zipped.ToArray();
    }
}
