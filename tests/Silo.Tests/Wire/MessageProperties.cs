using System.Globalization;
using System.Text.Json;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Domain.Segments;
using CdpPipeline.Grains.Interfaces;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Ingest;
using CdpPipeline.Grains.Interfaces.Segments;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Tests;
using CdpPipeline.Silo.Streams;
using CdpPipeline.Silo.Wire;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace CdpPipeline.Silo.Tests.Wire;

/// <summary>Whatever grains are asked and answer arrives at another node as it was sent, also from a node of another build.</summary>
public sealed class MessageProperties : IDisposable
{
    private const int Times = 200;

    private readonly ServiceProvider services = new ServiceCollection().AddSerializer().AddMessages().BuildServiceProvider();

    private Serializer Serializer => services.GetRequiredService<Serializer>();

    /// <summary>Everything in the signatures of the grains' methods, wherever they are declared.</summary>
    public static TheoryData<string> Messages => new(
        Sent().Select(type => type.ToString()).Append(typeof(MembershipBatch).ToString()).Distinct().Order(StringComparer.Ordinal));

    public static Type TypeOf(string name) => Sent().Append(typeof(MembershipBatch)).First(sent => sent.ToString() == name);

    public void Dispose() => services.Dispose();

    [Theory]
    [MemberData(nameof(Messages))]
    public void Every_message_arrives_as_it_was_sent(string name)
    {
        var type = TypeOf(name);
        var cases = Cases.Of(Times);
        for (var seed = cases.First; seed < cases.First + cases.Count; seed++)
        {
            var sent = new Arbitrary(new Random(seed)).Of(type);

            var arrived = Serializer.Deserialize<object>(Serializer.SerializeToArray<object>(sent));

            Assert.True(Sameness.Difference(sent, arrived) is null, string.Create(CultureInfo.InvariantCulture, $"CDP_SEED={seed} {type}{Sameness.Difference(sent, arrived)}"));
        }
    }

    [Fact]
    public void Within_a_node_nothing_is_copied()
    {
        var copier = services.GetRequiredService<DeepCopier>();
        var answer = (ProfileAnswer)new Arbitrary(new Random(1)).Of(typeof(ProfileAnswer));
        var request = (IngestRequest)new Arbitrary(new Random(1)).Of(typeof(IngestRequest));

        Assert.Same(request, copier.Copy(request));
        Assert.Same(answer.Profile, copier.Copy(answer).Profile);
    }

    [Fact]
    public void A_list_of_messages_arrives_however_it_was_made()
    {
        IReadOnlyList<SegmentCount> one = [new SegmentCount(new SegmentId(Guid.NewGuid()), 3, DateTimeOffset.UnixEpoch)];
        IReadOnlyList<SegmentCount> none = [];

        Assert.Equal(one, Serializer.Deserialize<IReadOnlyList<SegmentCount>>(Serializer.SerializeToArray(one)));
        Assert.Equal(one, Serializer.Deserialize<IReadOnlyList<SegmentCount>>(Serializer.SerializeToArray<IReadOnlyList<SegmentCount>>(one.ToList())));
        Assert.Equal(none, Serializer.Deserialize<IReadOnlyList<SegmentCount>>(Serializer.SerializeToArray(none)));
    }

    [Fact]
    public void An_event_s_own_bytes_arrive_unchanged()
    {
        var properties = """{ "total" : 1.50,"note":"\u00e4\/" }"""u8.ToArray();
        var e = new Event
        {
            Type = EventType.Track,
            Name = "Order",
            Identifiers = [new Identifier(IdentifierKind.UserId, "u")],
            Timestamp = DateTimeOffset.UnixEpoch,
            ReceivedAt = DateTimeOffset.UnixEpoch,
            Source = "test",
            Properties = properties,
        };

        var arrived = Serializer.Deserialize<IngestRequest>(Serializer.SerializeToArray(new IngestRequest([e], []) { IsNew = true }))!;

        Assert.Equal(properties, arrived.Events[0].Properties.ToArray());
        Assert.True(arrived.Events[0].Context.IsEmpty);
        Assert.True(arrived.IsNew);
    }

    [Fact]
    public void A_member_that_only_the_sender_knows_is_skipped_and_one_that_only_the_reader_knows_has_its_default()
    {
        var newer = """{"Segment":"0198c0de-0000-7000-8000-000000000001","MemberCount":3,"At":"1970-01-01T00:00:00+00:00","Trend":{"x":[1]}}""";
        var older = """{"Type":1,"Identifiers":[{"Kind":1,"Value":"u"}],"Timestamp":"1970-01-01T00:00:00+00:00","Properties":"e30="}""";

        var count = JsonSerializer.Deserialize<SegmentCount>(newer, MessageJson.Options);
        var e = JsonSerializer.Deserialize<Event>(older, MessageJson.Options);

        Assert.Equal(new SegmentCount(new SegmentId(Guid.Parse("0198c0de-0000-7000-8000-000000000001")), 3, DateTimeOffset.UnixEpoch), count);
        Assert.Equal((null, default(DateTimeOffset), 2), (e!.MessageId, e.ReceivedAt, e.Properties.Length));
    }

    [Theory]
    [InlineData(typeof(StoreUnavailableException))]
    [InlineData(typeof(OverloadedException))]
    [InlineData(typeof(UnknownMessageException))]
    public void A_fault_arrives_as_what_it_is(Type type)
    {
        var sent = (Exception)Activator.CreateInstance(type, "away", new TimeoutException("late"))!;

        var arrived = Serializer.Deserialize<object>(Serializer.SerializeToArray<object>(sent));

        var fault = Assert.IsAssignableFrom<Exception>(arrived);
        Assert.Equal((type, "away", "late"), (fault.GetType(), fault.Message, Assert.IsType<TimeoutException>(fault.InnerException).Message));
    }

    [Fact]
    public void Nobody_can_have_a_node_make_anything_but_messages()
    {
        Assert.Null(MessageTypes.Find("Grains.Identities.IdentityGrain"));
        Assert.Null(MessageTypes.Find("System.IO.FileInfo"));
        Assert.Equal(typeof(SegmentCount[]), MessageTypes.Find(MessageTypes.NameOf(typeof(SegmentCount)) + "[]"));
    }

    private static IEnumerable<Type> Sent() => typeof(IGrains).Assembly.GetTypes()
        .Where(type => type.IsInterface && IsGrain(type))
        .SelectMany(type => type.GetMethods())
        .SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType))
        .Select(Unwrapped)
        .OfType<Type>()
        .Distinct();

    private static bool IsGrain(Type type) => typeof(IGrains).GetMethods().Select(method => method.ReturnType)
        .Any(grain => grain == type || grain.GetInterfaces().Contains(type));

    private static Type? Unwrapped(Type type)
    {
        if (type == typeof(CancellationToken) || type == typeof(Task) || type == typeof(ValueTask)) return null;
        var isWrapped = type.IsGenericType && type.GetGenericTypeDefinition() is var definition && (definition == typeof(Task<>) || definition == typeof(ValueTask<>) || definition == typeof(Nullable<>));
        return isWrapped ? Unwrapped(type.GetGenericArguments()[0]) : type;
    }
}
