using System.Text.Json;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Profiles;
using CdpPipeline.Domain.Segments;

namespace CdpPipeline.Grains.Identities;

/// <summary>
/// A component as bytes and back. A snapshot of another format version reads as none: then the log, which is the truth, is
/// folded from its start.
/// </summary>
internal static class SnapshotCodec
{
    private const byte Version = 3;

    public static byte[] Write(Component component)
    {
        using var stream = new MemoryStream(512);
        using var writer = new BinaryWriter(stream);
        writer.Write(Version);
        writer.Write(component.Seq);
        writer.Write(component.ReceivedAt);
        writer.Write(component.EventCount);
        writer.Write(component.PageViews);
        writer.Write(component.Conversions);
        writer.Write(component.FirstSeen);
        writer.Write(component.LastSeen);
        Write(writer, component.Identifiers, (w, linked) =>
        {
            w.Write((byte)linked.Identifier.Kind);
            w.Write(linked.Identifier.Value);
            w.Write(linked.FirstSeen.UtcTicks);
            w.Write(linked.Seq);
        });
        WriteTraits(writer, component.Traits);
        Write(writer, component.Groups.All.ToArray(), (w, group) =>
        {
            w.Write(group.Key);
            WriteTraits(w, group.Value);
        });
        Write(writer, component.Consents.All.ToArray(), (w, said) =>
        {
            w.Write(said.Key);
            w.Write(said.Value.Granted);
            w.Write(said.Value.At);
            w.Write(said.Value.ReceivedAt);
        });
        writer.Write(component.Messages.Blocks);
        Write(writer, component.Messages.Hashes.ToArray(), (w, hash) => w.Write(hash));
        Write(writer, component.Messages.Seqs.ToArray(), (w, seq) => w.Write(seq));
        WriteBytes(writer, WindowSetFormat.Write(component.Windows));
        WriteBytes(writer, JsonSerializer.SerializeToUtf8Bytes(
            new GraphState(component.MergedInto, component.MergedBecause, component.Merges, component.KeptApart, component.Conflicts) { JudgedAt = component.JudgedAt },
            GraphStateJson.Default.GraphState));
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>The component as of the snapshot, or null when the bytes are of another version.</summary>
    public static Component? Read(Component empty, ReadOnlyMemory<byte> snapshot)
    {
        using var stream = new MemoryStream(snapshot.ToArray(), writable: false);
        using var reader = new BinaryReader(stream);
        if (reader.ReadByte() != Version) return null;
        var component = empty with
        {
            Seq = reader.ReadInt64(),
            ReceivedAt = reader.ReadInt64(),
            EventCount = reader.ReadInt64(),
            PageViews = reader.ReadInt64(),
            Conversions = reader.ReadInt64(),
            FirstSeen = reader.ReadInt64(),
            LastSeen = reader.ReadInt64(),
            Identifiers = [.. ReadMany(reader, r => new LinkedIdentifier(
                new Identifier((IdentifierKind)r.ReadByte(), r.ReadString()), new DateTimeOffset(r.ReadInt64(), TimeSpan.Zero), r.ReadInt64()))],
            Traits = ReadTraits(reader),
            Groups = ReadMany(reader, r => (Id: r.ReadString(), Traits: ReadTraits(r))).Aggregate(GroupMap.Empty, (map, group) => map.With(group.Id, group.Traits)),
            Consents = ConsentMap.From(ReadMany(reader, r => KeyValuePair.Create(r.ReadString(), new Consent(r.ReadBoolean(), r.ReadInt64(), r.ReadInt64())))),
        };
        var blocks = reader.ReadInt32();
        component = component with
        {
            Messages = MessageWindow.From(ReadMany(reader, r => r.ReadInt64()), ReadMany(reader, r => r.ReadInt32()), blocks),
            Windows = WindowSetFormat.Read(ReadBytes(reader)),
        };
        var graph = JsonSerializer.Deserialize(ReadBytes(reader), GraphStateJson.Default.GraphState)!;
        return component with
        {
            MergedInto = graph.MergedInto,
            MergedBecause = graph.MergedBecause,
            Merges = [.. graph.Merges],
            KeptApart = [.. graph.KeptApart],
            Conflicts = [.. graph.Conflicts],
            JudgedAt = graph.JudgedAt,
        };
    }

    private static void WriteTraits(BinaryWriter writer, TraitMap traits) => Write(writer, traits.All.ToArray(), (w, pair) =>
    {
        w.Write(pair.Key);
        w.Write(pair.Value.At);
        w.Write(pair.Value.ReceivedAt);
        WriteBytes(w, pair.Value.Json.Span);
    });

    private static TraitMap ReadTraits(BinaryReader reader) => TraitMap.From(ReadMany(reader, r =>
    {
        var name = r.ReadString();
        long at = r.ReadInt64(), receivedAt = r.ReadInt64();
        return KeyValuePair.Create(name, new Trait(ReadBytes(r), at, receivedAt));
    }));

    private static void Write<T>(BinaryWriter writer, IReadOnlyCollection<T> items, Action<BinaryWriter, T> write)
    {
        writer.Write7BitEncodedInt(items.Count);
        foreach (var item in items) write(writer, item);
    }

    private static T[] ReadMany<T>(BinaryReader reader, Func<BinaryReader, T> read)
    {
        var items = new T[reader.Read7BitEncodedInt()];
        for (var i = 0; i < items.Length; i++) items[i] = read(reader);
        return items;
    }

    private static void WriteBytes(BinaryWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.Write7BitEncodedInt(bytes.Length);
        writer.Write(bytes);
    }

    private static byte[] ReadBytes(BinaryReader reader) => reader.ReadBytes(reader.Read7BitEncodedInt());
}
