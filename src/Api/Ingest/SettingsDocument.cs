using CdpPipeline.Api.Errors;
using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Ingest;

/// <summary>
/// Answers <c>GET /v1/projects/{writeKey}/settings</c>, which Segment's browser library loads first: it is told to send
/// everything here. A second key under <c>integrations</c> would make it load foreign scripts.
/// </summary>
internal sealed class SettingsDocument(SourceGate gate, IOptions<IngestOptions> options)
{
    private readonly Uri? publicUrl = options.Value.PublicUrl is { } url ? new Uri(url) : null;

    public Task GetAsync(HttpContext context)
    {
        var request = context.Request;
        var writeKey = request.RouteValues["writeKey"] as string;
        var (_, problem) = gate.Find(writeKey, context);
        if (problem is not null) return ProblemResponse.WriteAsync(context, problem);

        var host = publicUrl is null ? request.Host.Value : publicUrl.Authority + publicUrl.AbsolutePath.TrimEnd('/');
        return IngestAnswers.SendAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject("integrations"u8);
            json.WriteStartObject("Segment.io"u8);
            json.WriteString("apiKey"u8, writeKey);
            json.WriteString("apiHost"u8, host + "/v1");
            json.WriteString("protocol"u8, publicUrl?.Scheme ?? request.Scheme);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }
}
