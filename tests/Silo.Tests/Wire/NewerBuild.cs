using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CdpPipeline.Silo.Wire;

namespace CdpPipeline.Silo.Tests.Wire;

/// <summary>Messages as a later build might write them: each record, however deep, has one more member than this build knows.</summary>
internal sealed class NewerBuild
{
    private const string Member = "AddedLater";

    private static readonly string[] Added = ["of", "a", "later", "build"];

    private int written;
    private int read;

    public NewerBuild()
    {
        Options = new JsonSerializerOptions(MessageJson.Options)
        {
            TypeInfoResolver = MessageJson.Options.TypeInfoResolver!.WithAddedModifier(Add),
        };
        Options.MakeReadOnly();
    }

    public JsonSerializerOptions Options { get; }

    /// <summary>How often the member was written.</summary>
    public int Written => Volatile.Read(ref written);

    /// <summary>How often the member was there when a message was read.</summary>
    public int Read => Volatile.Read(ref read);

    private void Add(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object) return;
        var member = type.CreateJsonPropertyInfo(typeof(string[]), Member);
        member.Get = _ =>
        {
            Interlocked.Increment(ref written);
            return Added;
        };
        member.Set = (_, _) => Interlocked.Increment(ref read);

        // In front: whoever does not know it must get past it to the others.
        type.Properties.Insert(0, member);
    }
}
