using System.Buffers;
using System.Text.Json;
using CdpPipeline.Api.Routes;
using CdpPipeline.Domain.Plans;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Api.Plans;

/// <summary>Tracking plans as stored documents of kind <c>source-plan</c>, by the source's id: the plan as it was sent.</summary>
internal static class PlanDocuments
{
    public const string Kind = "source-plan";

    /// <summary>A stored plan, which was read before. Throws <see cref="InvalidDataException"/> if it is not as it was.</summary>
    public static TrackingPlan Read(Document document)
    {
        using var json = JsonDocument.Parse(document.Json, new JsonDocumentOptions { MaxDepth = JsonBody.DepthMax });
        return TrackingPlanReader.Read(json.RootElement.Clone(), out var error)
            ?? throw new InvalidDataException($"The tracking plan of source '{document.Id}' cannot be read: {error}.");
    }

    public static byte[] Write(JsonElement plan)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) plan.WriteTo(json);
        return buffer.WrittenSpan.ToArray();
    }
}
