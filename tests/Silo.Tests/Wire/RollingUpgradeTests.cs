using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Ingest;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Ingest;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Tests;
using CdpPipeline.Grains.Tests.Model;
using CdpPipeline.Silo.Nodes;
using CdpPipeline.Silo.Wire;
using CdpPipeline.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace CdpPipeline.Silo.Tests.Wire;

/// <summary>While nodes are updated one after the other, two builds whose messages differ by an added member are one cluster.</summary>
public sealed class RollingUpgradeTests
{
    private const int Times = 40;
    private const int People = 12;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(MessageProperties.Messages), MemberType = typeof(MessageProperties))]
    public void A_message_arrives_whole_from_the_later_build_and_at_it(string name)
    {
        var newer = new NewerBuild();
        using var later = Services(newer.Options);
        using var earlier = Services(MessageJson.Options);
        var (laterNode, earlierNode) = (later.GetRequiredService<Serializer>(), earlier.GetRequiredService<Serializer>());
        var type = MessageProperties.TypeOf(name);
        var cases = Cases.Of(Times);
        for (var seed = cases.First; seed < cases.First + cases.Count; seed++)
        {
            var sent = new Arbitrary(new Random(seed)).Of(type);

            var down = earlierNode.Deserialize<object>(laterNode.SerializeToArray<object>(sent));
            var up = laterNode.Deserialize<object>(earlierNode.SerializeToArray<object>(sent));

            var difference = Sameness.Difference(sent, down) ?? Sameness.Difference(sent, up);
            Assert.True(difference is null, string.Create(CultureInfo.InvariantCulture, $"CDP_SEED={seed} {type}{difference}"));
        }

        Assert.Equal(0, newer.Read);
    }

    [Fact]
    public void A_condition_that_only_the_later_build_knows_is_a_fault_that_passes()
    {
        var json = new JsonSerializerOptions(MessageJson.Options);
        json.Converters.Insert(0, new LaterDefinition());
        json.MakeReadOnly();
        using var later = Services(json);
        using var earlier = Services(MessageJson.Options);
        var sent = later.GetRequiredService<Serializer>().SerializeToArray<object>(new SaveSegment(null, "Pro", null, WatchedSegment.All[0].Definition));

        Assert.Throws<UnknownMessageException>(() => earlier.GetRequiredService<Serializer>().Deserialize<object>(sent));
    }

    [Fact]
    public async Task Two_nodes_of_different_builds_take_show_merge_and_count_the_same_people()
    {
        Assert.SkipWhen(PostgresServer.MissingReason is not null, PostgresServer.MissingReason ?? "");
        var newer = new NewerBuild();
        var clock = new ManualClock();
        var settings = new Dictionary<string, string?> { ["Cdp:ConnectionString"] = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync() };
        var earlier = await TestNode.StartAsync(settings, clock, Cancelled);
        var later = await TestNode.StartAsync(settings, clock, Cancelled, services => services.AddSingleton(new MessageCodec(newer.Options)));
        TestNode[] nodes = [earlier, later];
        var saved = (await later.Get<OrleansGrains>().Catalog.SaveAsync(new SaveSegment(null, "buyers", null, WatchedSegment.All[0].Definition), Cancelled)).Saved!;
        var again = (await earlier.Get<OrleansGrains>().Catalog.GetAsync(saved.Id, Cancelled))!;
        Assert.Equal(saved.Definition, again.Definition);

        // Each is first needed, and so active, at one of them, and then told of, joined and shown at the other.
        for (var i = 0; i < People; i++)
        {
            var (near, far) = (nodes[i % 2], nodes[(i + 1) % 2]);
            await SendAsync(near, clock, Event(clock, $"{i}.1", new Identifier(IdentifierKind.UserId, $"u{i}")));
            await SendAsync(far, clock, Event(clock, $"{i}.2", new Identifier(IdentifierKind.UserId, $"u{i}")));
            await SendAsync(far, clock, Event(clock, $"{i}.3", new Identifier(IdentifierKind.AnonymousId, $"a{i}")));
            await SendAsync(far, clock, Event(clock, $"{i}.4", new Identifier(IdentifierKind.UserId, $"u{i}"), new Identifier(IdentifierKind.AnonymousId, $"a{i}")));
            foreach (var node in nodes)
            {
                var facts = await node.Get<IdentityResolver>().DescribeAsync(new Identifier(IdentifierKind.AnonymousId, $"a{i}"), Cancelled);
                var profile = (await node.Get<OrleansGrains>().Identity(facts!.Id).ProfileAsync(Cancelled)).Profile!;
                Assert.Equal([$"{i}.4", $"{i}.3", $"{i}.2", $"{i}.1"], profile.Timeline.Select(stored => stored.Event.MessageId));
            }
        }

        Assert.True(newer.Written > 0 && newer.Read == 0);
        foreach (var node in nodes) await node.StopAsync();
    }

    private static async Task SendAsync(TestNode node, ManualClock clock, Event e)
    {
        Assert.Equal(IngestStatus.Stored, Assert.Single(await node.Get<IIngest>().IngestAsync([e], Cancelled)).Status);
        clock.Advance(TimeSpan.FromSeconds(1));
    }

    private static Event Event(ManualClock clock, string messageId, params Identifier[] identifiers) => new()
    {
        Type = EventType.Track,
        Name = "Order",
        Identifiers = identifiers,
        MessageId = messageId,
        Timestamp = clock.Now,
        ReceivedAt = clock.Now,
        Source = "test",
        Properties = "{}"u8.ToArray(),
    };

    // Whatever is registered last is used.
    private static ServiceProvider Services(JsonSerializerOptions json) =>
        new ServiceCollection().AddSerializer().AddMessages().AddSingleton(new MessageCodec(json)).BuildServiceProvider();

    /// <summary>Writes any definition as one with an operator that nobody knows.</summary>
    private sealed class LaterDefinition : JsonConverter<SegmentNode>
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsAssignableTo(typeof(SegmentNode));

        public override SegmentNode Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, SegmentNode value, JsonSerializerOptions options) =>
            writer.WriteRawValue("""{"field":"traits.plan","operator":"later","value":"pro"}""");
    }
}
