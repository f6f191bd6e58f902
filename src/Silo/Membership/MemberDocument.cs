using System.Text.Json;
using System.Text.Json.Serialization;

namespace CdpPipeline.Silo.Membership;

/// <summary>A member as it is stored, but for its address, its status, and when it was last known alive, which have columns.</summary>
internal sealed record MemberDocument(string HostName, string SiloName, DateTime StartTime, IReadOnlyList<Suspicion> Suspicions)
{
    public static string Write(MembershipEntry entry) => JsonSerializer.Serialize(
        new MemberDocument(
            entry.HostName,
            entry.SiloName,
            entry.StartTime,
            [.. (entry.SuspectTimes ?? []).Select(each => new Suspicion(each.Item1.ToParsableString(), each.Item2))]),
        MemberDocumentJson.Default.MemberDocument);

    public static MembershipEntry Read(string address, SiloStatus status, DateTime aliveAt, string json)
    {
        var document = JsonSerializer.Deserialize(json, MemberDocumentJson.Default.MemberDocument)!;
        return new MembershipEntry
        {
            SiloAddress = SiloAddress.FromParsableString(address),
            Status = status,
            IAmAliveTime = aliveAt,
            HostName = document.HostName,
            SiloName = document.SiloName,
            StartTime = document.StartTime,
            SuspectTimes = [.. document.Suspicions.Select(each => Tuple.Create(SiloAddress.FromParsableString(each.By), each.At))],
        };
    }
}

/// <summary>Who thought a member dead, and when.</summary>
internal sealed record Suspicion(string By, DateTime At);

[JsonSerializable(typeof(MemberDocument))]
internal sealed partial class MemberDocumentJson : JsonSerializerContext;
