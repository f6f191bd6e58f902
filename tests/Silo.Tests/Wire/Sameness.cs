using System.Collections;
using System.Reflection;
using System.Text.Json;

namespace CdpPipeline.Silo.Tests.Wire;

/// <summary>Finds where two values differ, member by member, whatever their types say of equality.</summary>
internal static class Sameness
{
    /// <summary>The first place at which they differ; null when nowhere.</summary>
    public static string? Difference(object? one, object? other, string path = "")
    {
        if (one is null || other is null) return one is null && other is null ? null : $"{path}: {one ?? "null"} and {other ?? "null"}";
        if (one is ReadOnlyMemory<byte> bytes) return other is ReadOnlyMemory<byte> others && bytes.Span.SequenceEqual(others.Span) ? null : $"{path}: other bytes";
        if (one is JsonElement json) return other is JsonElement otherJson && json.GetRawText() == otherJson.GetRawText() ? null : $"{path}: {one} and {other}";
        if (one is string || one.GetType().IsPrimitive || one.GetType().IsEnum || one is decimal or Guid or TimeSpan or DateTimeOffset)
            return one.Equals(other) && $"{one}" == $"{other}" ? null : $"{path}: {one} and {other}";
        if (one is IDictionary dictionary) return InDictionary(dictionary, (IDictionary)other, path);
        if (one is IEnumerable list) return InList([.. list.Cast<object?>()], [.. ((IEnumerable)other).Cast<object?>()], path);
        if (one.GetType() != other.GetType()) return $"{path}: a {one.GetType().Name} and a {other.GetType().Name}";
        var members = one.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0);
        return members.Select(member => Difference(member.GetValue(one), member.GetValue(other), $"{path}.{member.Name}")).FirstOrDefault(found => found is not null)
            ?? (one.ToString() == other.ToString() || one.GetType().GetProperties().Length > 0 ? null : $"{path}: {one} and {other}");
    }

    private static string? InDictionary(IDictionary one, IDictionary other, string path)
    {
        if (one.Count != other.Count) return $"{path}: {one.Count} and {other.Count} entries";
        foreach (DictionaryEntry entry in one)
        {
            if (!other.Contains(entry.Key)) return $"{path}: {entry.Key} is missing";
            if (Difference(entry.Value, other[entry.Key], $"{path}[{entry.Key}]") is { } difference) return difference;
        }

        return null;
    }

    private static string? InList(List<object?> one, List<object?> other, string path)
    {
        if (one.Count != other.Count) return $"{path}: {one.Count} and {other.Count} items";
        return one.Select((item, i) => Difference(item, other[i], $"{path}[{i}]")).FirstOrDefault(found => found is not null);
    }
}
