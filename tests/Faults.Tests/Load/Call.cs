using System.Globalization;
using System.Text.Json.Nodes;

namespace CdpPipeline.Faults.Tests.Load;

/// <summary>One call of a client, with the messageId under which it is sent as often as it takes.</summary>
internal sealed record Call(string MessageId, string Type, DateTimeOffset Timestamp)
{
    public string? UserId { get; init; }

    public string? AnonymousId { get; init; }

    public string? Email { get; init; }

    /// <summary>Alias only: an anonymousId, or a userId that is known to exist.</summary>
    public string? PreviousId { get; init; }

    /// <summary>Whether <see cref="PreviousId"/> is a userId.</summary>
    public bool IsPreviousUser { get; init; }

    public string? EventName { get; init; }

    public int? Total { get; init; }

    public string? Plan { get; init; }

    /// <summary>All identifiers that the call says to be of one person, as <c>kind:value</c>.</summary>
    public IEnumerable<string> Identifiers
    {
        get
        {
            if (UserId is not null) yield return $"userId:{UserId}";
            if (Email is not null) yield return $"email:{Email}";
            if (AnonymousId is not null) yield return $"anonymousId:{AnonymousId}";
            if (PreviousId is not null) yield return $"{(IsPreviousUser ? "userId" : "anonymousId")}:{PreviousId}";
        }
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["type"] = Type,
            ["messageId"] = MessageId,
            ["timestamp"] = Timestamp.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        };
        if (UserId is not null) json["userId"] = UserId;
        if (AnonymousId is not null) json["anonymousId"] = AnonymousId;
        if (PreviousId is not null) json["previousId"] = PreviousId;
        if (Email is not null) json["context"] = new JsonObject { ["traits"] = new JsonObject { ["email"] = Email } };
        if (EventName is not null) json["event"] = EventName;
        if (Total is not null) json["properties"] = new JsonObject { ["total"] = Total };
        if (Plan is not null) json["traits"] = new JsonObject { ["plan"] = Plan };
        return json;
    }
}
