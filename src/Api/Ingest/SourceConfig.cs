using CdpPipeline.Api.Errors;

namespace CdpPipeline.Api.Ingest;

/// <summary>
/// Answers <c>GET /sourceConfig/</c>, which RudderStack's browser and mobile libraries load first, with the write key as Basic user name or in
/// the query: the source is enabled, has no destinations that a page would have to load, and wants no error reports or statistics.
/// </summary>
internal sealed class SourceConfig(SourceGate gate)
{
    public Task GetAsync(HttpContext context)
    {
        var (source, problem) = gate.FindBeforeBody(context, isKeyInQuery: true);
        if (source is null) return ProblemResponse.WriteAsync(context, problem ?? Problems.Unauthorized);

        return IngestAnswers.SendAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject("source"u8);
            json.WriteString("id"u8, source.Id);
            json.WriteString("name"u8, source.Name);
            json.WriteString("writeKey"u8, SourceGate.KeyOf(context.Request));
            json.WriteBoolean("enabled"u8, true);
            json.WriteString("workspaceId"u8, "cdp");
            json.WritePropertyName("config"u8);
            json.WriteRawValue("""{"statsCollection":{"errors":{"enabled":false},"metrics":{"enabled":false}}}"""u8);
            json.WriteStartArray("destinations"u8);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
