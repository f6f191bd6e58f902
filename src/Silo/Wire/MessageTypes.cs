using System.Collections.Concurrent;
using System.Reflection;
using CdpPipeline.Domain.Events;
using CdpPipeline.Grains.Interfaces;

namespace CdpPipeline.Silo.Wire;

/// <summary>
/// Which types travel between nodes as messages, and their names on the wire: those of the domain, of the grains' contracts and of this assembly, by their full names,
/// and lists of them. Nothing else can be named by whoever sends.
/// </summary>
internal static class MessageTypes
{
    private const string Root = "CdpPipeline.";
    private const string ListMark = "[]";

    private static readonly Assembly[] Assemblies = [typeof(Event).Assembly, typeof(IGrains).Assembly, typeof(MessageTypes).Assembly];
    private static readonly ConcurrentDictionary<Type, bool> Known = new();
    private static readonly ConcurrentDictionary<string, Type?> Named = new(StringComparer.Ordinal);

    /// <summary>Whether values of the type are messages. Lists are, also those that the compiler makes of collection expressions.</summary>
    public static bool Includes(Type type) => Known.GetOrAdd(type, static type => IsRecord(type) || (Assemblies.Contains(type.Assembly) && ItemOf(type) is not null));

    /// <summary>The name that a value's type has on the wire.</summary>
    public static string NameOf(Type type) => ItemOf(type) is { } item ? NameOfRecord(item) + ListMark : NameOfRecord(type);

    /// <summary>The type to read for a name; null for a name that nobody may send, or that is newer than this node.</summary>
    public static Type? Find(string name) => Named.GetOrAdd(name, static name =>
    {
        var isList = name.EndsWith(ListMark, StringComparison.Ordinal);
        var record = Root + (isList ? name[..^ListMark.Length] : name);
        var type = Assemblies.Select(assembly => assembly.GetType(record)).FirstOrDefault(found => found is not null);
        if (type is null || !IsRecord(type)) return null;
        return isList ? type.MakeArrayType() : type;
    });

    private static bool IsRecord(Type type) => Assemblies.Contains(type.Assembly) && type is { IsPublic: true, IsInterface: false, IsGenericType: false };

    private static string NameOfRecord(Type type) => type.FullName![Root.Length..];

    private static Type? ItemOf(Type type)
    {
        if (IsRecord(type)) return null;
        var list = type.GetInterfaces().FirstOrDefault(candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(IReadOnlyList<>));
        return list?.GetGenericArguments()[0] is { } item && IsRecord(item) ? item : null;
    }
}
