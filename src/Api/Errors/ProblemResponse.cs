using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace CdpPipeline.Api.Errors;

/// <summary>Writes a <see cref="Problem"/> as <c>application/problem+json</c> with a Content-Length. Headers already set are kept.</summary>
public static class ProblemResponse
{
    public static async Task WriteAsync(HttpContext context, Problem problem)
    {
        var response = context.Response;
        response.StatusCode = problem.Status;
        response.ContentType = "application/problem+json";
        if (problem.RetryAfter is { } wait)
            response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (problem.Status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Bearer";

        var bytes = Render(problem);
        response.ContentLength = bytes.Length;
        if (HttpMethods.IsHead(context.Request.Method)) return;
        await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static ReadOnlyMemory<byte> Render(Problem problem)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("type"u8, problem.Type);
        json.WriteString("title"u8, problem.Title);
        json.WriteNumber("status"u8, problem.Status);
        if (problem.Detail is not null) json.WriteString("detail"u8, problem.Detail);
        if (problem.Field is not null) json.WriteString("field"u8, problem.Field);
        if (problem.Path is not null) json.WriteString("path"u8, problem.Path);
        if (problem.Place is { } place)
        {
            json.WriteNumber("line"u8, place.Line);
            json.WriteNumber("column"u8, place.Column);
        }

        if (problem.Expected is not null) json.WriteString("expected"u8, problem.Expected);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
