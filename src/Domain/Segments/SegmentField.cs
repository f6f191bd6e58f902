namespace CdpPipeline.Domain.Segments;

/// <summary>What a field condition looks at: a trait, a group's trait (both by path), the consent to a category, or something every person has.</summary>
public sealed record SegmentField
{
    /// <summary>All of them, for messages.</summary>
    internal const string Choice =
        "traits.<path>, groups.<trait>, consent.<category>, email, userId, phone, anonymousId, createdAt, firstSeen, lastSeen, events.count, pageViews or conversions";

    private static readonly Dictionary<string, FieldKind> Plain = new()
    {
        ["email"] = FieldKind.Email,
        ["userId"] = FieldKind.UserId,
        ["phone"] = FieldKind.Phone,
        ["anonymousId"] = FieldKind.AnonymousId,
        ["createdAt"] = FieldKind.CreatedAt,
        ["firstSeen"] = FieldKind.FirstSeen,
        ["lastSeen"] = FieldKind.LastSeen,
        ["events.count"] = FieldKind.EventCount,
        ["pageViews"] = FieldKind.PageViews,
        ["conversions"] = FieldKind.Conversions,
    };

    private readonly string text;

    private SegmentField(FieldKind kind, PropertyPath? path, string text)
    {
        Kind = kind;
        Path = path;
        this.text = text;
    }

    public FieldKind Kind { get; }

    /// <summary>Into the traits, or of one key, the category; only for <see cref="FieldKind.Trait"/>, <see cref="FieldKind.GroupTrait"/> and <see cref="FieldKind.Consent"/>.</summary>
    public PropertyPath? Path { get; }

    /// <summary>What its values are.</summary>
    public FieldType Type => Kind switch
    {
        FieldKind.Trait or FieldKind.GroupTrait or FieldKind.Consent => FieldType.Any,
        FieldKind.CreatedAt or FieldKind.FirstSeen or FieldKind.LastSeen => FieldType.Date,
        FieldKind.EventCount or FieldKind.PageViews or FieldKind.Conversions => FieldType.Number,
        _ => FieldType.Text,
    };

    /// <summary>Null for a text that names no field.</summary>
    public static SegmentField? Parse(string text)
    {
        if (Plain.TryGetValue(text, out var kind)) return new SegmentField(kind, null, text);
        return Below(FieldKind.Trait, "traits.", text) ?? Below(FieldKind.GroupTrait, "groups.", text)
            ?? (text.LastIndexOf('.') == "consent".Length ? Below(FieldKind.Consent, "consent.", text) : null);
    }

    public override string ToString() => text;

    private static SegmentField? Below(FieldKind kind, string prefix, string text) =>
        text.StartsWith(prefix, StringComparison.Ordinal) && PropertyPath.Parse(text[prefix.Length..]) is { } path
            ? new SegmentField(kind, path, text)
            : null;
}

/// <summary>The fields of a person.</summary>
public enum FieldKind
{
    Trait,

    /// <summary>One value for each of her groups; one that satisfies the condition is enough.</summary>
    GroupTrait,

    /// <summary>True or false by the newest word on a category; missing where nothing was said.</summary>
    Consent,
    Email,
    UserId,
    Phone,

    /// <summary>All of hers; one that satisfies the condition is enough.</summary>
    AnonymousId,
    CreatedAt,
    FirstSeen,
    LastSeen,
    EventCount,
    PageViews,
    Conversions,
}

/// <summary>What a field holds, as far as is known beforehand.</summary>
public enum FieldType
{
    Any,
    Text,
    Number,
    Date,
}
