using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json;
using CdpPipeline.Domain.ComputedTraits;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Tests.Model;

namespace CdpPipeline.Silo.Tests.Wire;

/// <summary>Makes values of any message's type: every parameter and every member that can be given is given, or left null where it may be.</summary>
internal sealed class Arbitrary(Random random)
{
    private const int DepthMax = 6;

    private static readonly string[] Texts = ["", "ada@example.com", "日本 \"quoted\" \\ \n\t", "\u0001 < > & ' \u2028", "🜁", new('x', 300)];
    private static readonly NullabilityInfoContext Nullability = new();

    public object Of(Type type, int depth = 0) => Scalar(type) ?? Collection(type, depth) ?? Domain(type) ?? Record(type, depth);

    private object? Scalar(Type type)
    {
        if (type.IsEnum) return Enum.GetValues(type).GetValue(random.Next(Enum.GetValues(type).Length));
        if (type == typeof(string)) return Texts[random.Next(Texts.Length)];
        if (type == typeof(bool)) return random.Next(2) == 0;
        if (type == typeof(int)) return random.Next(3) == 0 ? int.MinValue : random.Next();
        if (type == typeof(long)) return random.Next(3) == 0 ? long.MaxValue : random.NextInt64();
        if (type == typeof(double)) return random.NextDouble();
        if (type == typeof(decimal)) return random.Next(3) == 0 ? decimal.MinValue : new decimal(random.Next(), random.Next(), 0, random.Next(2) == 0, (byte)random.Next(10));
        if (type == typeof(Guid)) return Guid.NewGuid();
        if (type == typeof(TimeSpan)) return TimeSpan.FromTicks(random.NextInt64(-1_000_000_000_000, 1_000_000_000_000));
        if (type == typeof(DateTimeOffset)) return random.Next(9) == 0 ? DateTimeOffset.MaxValue : new DateTimeOffset(random.NextInt64(DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);
        if (type == typeof(ReadOnlyMemory<byte>)) return new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(random.Next(4) == 0 ? "" : $$"""{"a":{{random.Next()}}, "b" : "\u00e4"}"""));
        if (type == typeof(JsonElement)) return JsonElement.Parse(random.Next(2) == 0 ? "1.50" : """{"a":[true,null,"x"]}""");
        return null;
    }

    private object? Collection(Type type, int depth)
    {
        if (!type.IsGenericType) return type.IsArray ? List(type.GetElementType()!, depth) : null;
        var definition = type.GetGenericTypeDefinition();
        var arguments = type.GetGenericArguments();
        if (definition == typeof(IReadOnlyList<>)) return List(arguments[0], depth);
        if (definition == typeof(Nullable<>)) return Of(arguments[0], depth);
        if (definition != typeof(IReadOnlyDictionary<,>)) return null;
        var dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(arguments))!;
        for (var i = Count(depth); i > 0; i--) dictionary[Of(arguments[0], depth + 1)] = Of(arguments[1], depth + 1);
        return dictionary;
    }

    private Array List(Type item, int depth)
    {
        var list = Array.CreateInstance(item, Count(depth));
        for (var i = 0; i < list.Length; i++) list.SetValue(Of(item, depth + 1), i);
        return list;
    }

    private object? Domain(Type type)
    {
        var definitions = WatchedSegment.All.Select(watched => watched.Definition).ToList();
        if (type == typeof(SegmentNode)) return definitions[random.Next(definitions.Count)];
        if (type == typeof(EventCondition)) return definitions.OfType<EventCondition>().ElementAt(random.Next(definitions.OfType<EventCondition>().Count()));
        return type == typeof(TraitComputation) ? WatchedTrait.All[random.Next(WatchedTrait.All.Count)].Definition.Computation : null;
    }

    private object Record(Type type, int depth)
    {
        var constructor = type.GetConstructors().OrderByDescending(candidate => candidate.GetParameters().Length).FirstOrDefault();
        var arguments = constructor?.GetParameters().Select(parameter => Member(parameter.ParameterType, Nullability.Create(parameter), depth)).ToArray();
        var made = constructor is null ? Activator.CreateInstance(type)! : constructor.Invoke(arguments);
        var given = constructor?.GetParameters().Select(parameter => parameter.Name).ToHashSet() ?? [];
        foreach (var property in type.GetProperties().Where(property => property.CanWrite && !given.Contains(property.Name)))
            property.SetValue(made, Member(property.PropertyType, Nullability.Create(property), depth));
        return made;
    }

    private object? Member(Type type, NullabilityInfo nullability, int depth) =>
        nullability.WriteState == NullabilityState.Nullable && random.Next(3) == 0 ? null : Of(type, depth + 1);

    private int Count(int depth) => depth >= DepthMax ? 0 : random.Next(4);
}
