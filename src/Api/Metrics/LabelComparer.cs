using Labels = System.Collections.Generic.KeyValuePair<string, object?>[];
using Tags = System.ReadOnlySpan<System.Collections.Generic.KeyValuePair<string, object?>>;

namespace CdpPipeline.Api.Metrics;

/// <summary>Finds the series of a measurement by its tags as they come, on the stack: a measurement of a known series allocates nothing.</summary>
internal sealed class LabelComparer : IEqualityComparer<Labels>, IAlternateEqualityComparer<Tags, Labels>
{
    public static readonly LabelComparer Instance = new();

    public bool Equals(Labels? x, Labels? y) => x is not null && y is not null && Equals(x.AsSpan(), y);

    public bool Equals(Tags alternate, Labels other)
    {
        if (alternate.Length != other.Length) return false;
        for (var i = 0; i < other.Length; i++)
        {
            if (alternate[i].Key != other[i].Key || !Equals(alternate[i].Value, other[i].Value)) return false;
        }

        return true;
    }

    public int GetHashCode(Labels obj) => GetHashCode(obj.AsSpan());

    public int GetHashCode(Tags alternate)
    {
        var hash = new HashCode();
        for (var i = 0; i < alternate.Length; i++) hash.Add(alternate[i].Value);
        return hash.ToHashCode();
    }

    public Labels Create(Tags alternate) => alternate.ToArray();
}
