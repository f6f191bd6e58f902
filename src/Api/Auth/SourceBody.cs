using System.Collections.Frozen;
using System.Text.Json;
using CdpPipeline.Api.Errors;
using CdpPipeline.Api.Routes;
using CdpPipeline.Grains.Retention;

namespace CdpPipeline.Api.Auth;

/// <summary>What a request says about a source. What it does not name stays as it is; a null, or an empty list, takes the bound away.</summary>
internal sealed class SourceBody
{
    /// <summary>Longest name, label and origin, in UTF-16 characters.</summary>
    public const int NameLengthMax = 256;

    private const int OriginsMax = 50;
    private const int EventsMax = 1_000;
    private const int EventLengthMax = 512;

    private string? name;
    private IReadOnlyList<string>? origins;
    private FrozenSet<string>? events;
    private (bool IsNamed, RateLimit? Value) rate;
    private (bool IsNamed, int? Days) retention;

    /// <summary>Reads it, or says which field is at fault. A new source must have a name.</summary>
    public static (SourceBody Body, Problem? Problem) Read(JsonElement json, bool isNew)
    {
        var body = new SourceBody();
        var problem = body.ReadName(json, isNew) ?? body.ReadOrigins(json) ?? body.ReadEvents(json) ?? body.ReadRate(json) ?? body.ReadRetention(json);
        return (body, problem);
    }

    public Source Apply(Source source) => source with
    {
        Name = name ?? source.Name,
        AllowedOrigins = origins ?? source.AllowedOrigins,
        AllowedEvents = events ?? source.AllowedEvents,
        RateLimit = rate.IsNamed ? rate.Value : source.RateLimit,
        RetentionDays = retention.IsNamed ? retention.Days : source.RetentionDays,
    };

    private static bool IsOrigin(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= NameLengthMax } text
        && Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") && uri.GetLeftPart(UriPartial.Authority) == text;

    private static bool IsEventName(JsonElement value) => value.ValueKind == JsonValueKind.String && value.GetString() is { Length: >= 1 and <= EventLengthMax };

    private static bool IsRate(JsonElement limit, string name, out int rate)
    {
        rate = 0;
        return limit.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out rate) && rate is >= 1 and <= RateLimit.Max;
    }

    /// <summary>Null: the field is not named. Empty: it is null or an empty list.</summary>
    private static Problem? ReadList(JsonElement json, string field, int countMax, Func<JsonElement, bool> isOne, string expected, out List<string>? read)
    {
        read = null;
        if (!json.TryGetProperty(field, out var list)) return null;
        read = [];
        if (list.ValueKind == JsonValueKind.Null) return null;
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > countMax || !list.EnumerateArray().All(isOne))
            return Problems.InvalidField(field, $"Expected a list of at most {countMax} {expected}.");
        read.AddRange(list.EnumerateArray().Select(each => each.GetString()!));
        return null;
    }

    private Problem? ReadName(JsonElement json, bool isNew)
    {
        if (!isNew && !json.TryGetProperty("name", out _)) return null;
        var problem = json.ReadText("name", NameLengthMax, out var text);
        name = text;
        return problem;
    }

    private Problem? ReadOrigins(JsonElement json)
    {
        var problem = ReadList(json, "allowedOrigins", OriginsMax, IsOrigin, "web origins, such as https://shop.example", out var read);
        origins = read;
        return problem;
    }

    private Problem? ReadEvents(JsonElement json)
    {
        var problem = ReadList(json, "allowedEvents", EventsMax, IsEventName, $"event names of 1 to {EventLengthMax} characters", out var read);
        events = read?.ToFrozenSet(StringComparer.Ordinal);
        return problem;
    }

    private Problem? ReadRate(JsonElement json)
    {
        rate = (json.TryGetProperty("rateLimit", out var limit), null);
        if (!rate.IsNamed || limit.ValueKind == JsonValueKind.Null) return null;
        var burst = 0;
        if (limit.ValueKind == JsonValueKind.Object && IsRate(limit, "eventsPerSecond", out var perSecond) && (!limit.TryGetProperty("burst", out _) || IsRate(limit, "burst", out burst)))
        {
            rate = (true, new RateLimit(perSecond, burst == 0 ? perSecond : burst));
            return null;
        }

        return Problems.InvalidField("rateLimit", $"Expected eventsPerSecond and perhaps burst, whole numbers from 1 to {RateLimit.Max}.");
    }

    private Problem? ReadRetention(JsonElement json)
    {
        retention = (json.TryGetProperty("retention", out var kept), null);
        if (!retention.IsNamed || kept.ValueKind == JsonValueKind.Null) return null;
        if (kept.ValueKind == JsonValueKind.Object && kept.TryGetProperty("days", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var days)
            && days is >= 1 and <= SourceRetention.DaysMax)
        {
            retention = (true, days);
            return null;
        }

        return Problems.InvalidField("retention", $"Expected days, a whole number from 1 to {SourceRetention.DaysMax}, or null to keep events for ever.");
    }
}
