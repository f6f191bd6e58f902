using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CdpPipeline.Api.Routes;

/// <summary>Writes JSON answers, each in one go with its Content-Length. Text other than ASCII stays readable.</summary>
internal static class JsonAnswer
{
    // An explanation nests two levels for each of a definition's, and again for each segment that it refers to.
    private const int DepthMax = 2_000;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, MaxDepth = DepthMax };

    private static readonly byte[] NotFound = """{"error":"Not found"}"""u8.ToArray();

    /// <summary>One JSON object; <paramref name="write"/> writes its members.</summary>
    public static byte[] Render<T>(T content, Action<Utf8JsonWriter, T> write, int bytes = 1024)
    {
        var buffer = new ArrayBufferWriter<byte>(bytes);
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        write(json, content);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static Task SendAsync<T>(HttpContext context, int status, T content, Action<Utf8JsonWriter, T> write) =>
        SendAsync(context, status, Render(content, write));

    public static Task SendAsync(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        var written = context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
        return written.IsCompletedSuccessfully ? Task.CompletedTask : written.AsTask();
    }

    /// <summary>The body that the contract gives for what is not there.</summary>
    public static Task NotFoundAsync(HttpContext context) => SendAsync(context, StatusCodes.Status404NotFound, NotFound);

    public static Task NoContentAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
