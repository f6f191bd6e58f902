using System.Globalization;

namespace CdpPipeline.Domain.Identifiers;

/// <summary>The stored spelling of the identifiers an event carried: one per line, the kind's number first.</summary>
public static class IdentifierList
{
    public static string Encode(IReadOnlyList<Identifier> identifiers) => identifiers.Count == 1
        ? EncodeOne(identifiers[0])
        : string.Join('\n', identifiers.Select(EncodeOne));

    public static IReadOnlyList<Identifier> Decode(string text) => text.Length == 0
        ? []
        : [.. text.Split('\n').Select(line => new Identifier((IdentifierKind)(line[0] - '0'), line[1..]))];

    private static string EncodeOne(Identifier identifier) =>
        string.Concat(((int)identifier.Kind).ToString(CultureInfo.InvariantCulture), identifier.Value);
}
