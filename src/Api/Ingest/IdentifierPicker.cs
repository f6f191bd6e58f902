using System.Runtime.CompilerServices;
using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Api.Ingest;

/// <summary>Collects one event's identifiers: normalised, distinct, highest priority first when added in that order.</summary>
internal ref struct IdentifierPicker(ReadOnlySpan<byte> body, IReadOnlySet<string> placeholders)
{
    /// <summary>Most identifiers an event keeps.</summary>
    public const int IdentifiersMax = 10;

    private readonly ReadOnlySpan<byte> body = body;
    private Picked picked;
    private int count;

    /// <summary>Adds it unless it is absent, no text or number, names nobody, or is there already.</summary>
    public void Add(IdentifierKind kind, JsonSlice slice)
    {
        if (!IsIdentifier(slice) || count == IdentifiersMax) return;
        if (IdentifierRules.Normalise(kind, slice.Text(body), placeholders) is not { } identifier) return;
        Span<Identifier> all = picked;
        if (all[..count].Contains(identifier)) return;
        all[count++] = identifier;
    }

    public Identifier[] ToArray() => ((Span<Identifier>)picked)[..count].ToArray();

    private static bool IsIdentifier(JsonSlice slice) =>
        slice.Kind == System.Text.Json.JsonTokenType.Number || (slice.IsString && slice.Length > 2);

    [InlineArray(IdentifiersMax)]
    private struct Picked
    {
        private Identifier first;
    }
}
