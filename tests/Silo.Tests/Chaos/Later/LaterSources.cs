namespace CdpPipeline.Silo.Tests.Chaos.Later;

/// <summary>
/// What a later build changes: two messages and a batch of deltas say who sent them, an answer has one more parameter, identities one more method, and
/// conditions one more operator (<c>alike</c>: the same text, in whatever case). It counts what it hears from whom (<see cref="LaterNotes"/>).
/// Each change is of text that must be there exactly so often; where the sources have moved on, it is to be written anew.
/// </summary>
internal static class LaterSources
{
    private static readonly IReadOnlyList<Change> Changes =
    [
        // Messages: a member that is set after construction, one that the constructor takes, and one in what streams carry.
        new(
            "src/Grains.Interfaces/Identities/Messages.cs",
            "public sealed record IngestRequest(IReadOnlyList<Event> Events, IReadOnlyList<ForeignIdentifier> Foreign)\n{\n",
            "public sealed record IngestRequest(IReadOnlyList<Event> Events, IReadOnlyList<ForeignIdentifier> Foreign)\n{\n    public int SentBy { get; init; }\n\n"),
        new(
            "src/Grains.Interfaces/Identities/Messages.cs",
            "public sealed record IngestAnswer(IngestVerdict Verdict)\n{\n",
            "public sealed record IngestAnswer(IngestVerdict Verdict)\n{\n    public int SentBy { get; init; }\n\n"),
        new(
            "src/Grains.Interfaces/Identities/Messages.cs",
            "record struct ProfileAnswer(Profile? Profile, IdentityId? MovedTo);",
            "record struct ProfileAnswer(Profile? Profile, IdentityId? MovedTo, int SentBy = 0);"),
        new("src/Silo/Streams/MembershipBatch.cs", "(IReadOnlyList<MembershipDelta> Deltas)", "(IReadOnlyList<MembershipDelta> Deltas, int SentBy = 0)"),

        // Who sends them says so, and who hears counts.
        new("src/Grains/Ingest/IngestRouter.cs", "Erasures = revision }", "Erasures = revision, SentBy = Later.Self }", 4),
        new("src/Grains/Ingest/IngestRouter.cs", "if (answer.Verdict == IngestVerdict.Done)", "if (Later.Hear(answer).Verdict == IngestVerdict.Done)", 4),
        new(
            "src/Silo/Shells/IdentityShell.cs",
            "public ValueTask<IngestAnswer> IngestAsync(IngestRequest request, CancellationToken cancellationToken) => Turn.IngestAsync(request, cancellationToken);",
            """
            public async ValueTask<IngestAnswer> IngestAsync(IngestRequest request, CancellationToken cancellationToken)
            {
                Later.Hear("request", request.SentBy);
                return await Turn.IngestAsync(request, cancellationToken) with { SentBy = Later.Self };
            }

            public Task<int> BuildAsync(CancellationToken cancellationToken) => Task.FromResult(Later.Self);
            """),
        new(
            "src/Silo/Shells/IdentityShell.cs",
            "public ValueTask<ProfileAnswer> ProfileAsync(CancellationToken cancellationToken) => Turn.ProfileAsync(cancellationToken);",
            "public async ValueTask<ProfileAnswer> ProfileAsync(CancellationToken cancellationToken) => await Turn.ProfileAsync(cancellationToken) with { SentBy = Later.Self };"),
        new(
            "src/Api/Profiles/PersonFinder.cs",
            "var answer = await grains.Identity(identity).ProfileAsync(cancellationToken);",
            "var answer = await grains.Identity(identity).ProfileAsync(cancellationToken);\n        CdpPipeline.Grains.Interfaces.Identities.Later.Hear(\"profile\", answer.SentBy);"),
        new("src/Silo/Streams/ClusterMembershipStream.cs", "new MembershipBatch(batch)", "new MembershipBatch(batch, CdpPipeline.Grains.Interfaces.Identities.Later.Self)"),
        new(
            "src/Silo/Shells/SegmentShell.cs",
            "            foreach (var delta in item.Deltas) await",
            "            CdpPipeline.Grains.Interfaces.Identities.Later.Hear(\"batch\", item.SentBy);\n            foreach (var delta in item.Deltas) await"),

        // A method, which is called of whoever answered from another node.
        new("src/Silo/Shells/IIdentityShell.cs", "IIdentityGrain\n{\n", "IIdentityGrain\n{\n    Task<int> BuildAsync(CancellationToken cancellationToken);\n\n"),
        new("src/Silo/Nodes/ClusterNode.cs", "        members.Start();\n", "        members.Start();\n        _ = LaterCalls.RunAsync(services.GetRequiredService<IGrainFactory>());\n"),

        // An operator.
        new("src/Domain/Segments/FieldOperator.cs", "    IsFalse,\n}", "    IsFalse,\n    Alike,\n}"),
        new("src/Domain/Segments/FieldOperator.cs", "(\"is_false\", FieldOperator.IsFalse),\n", "(\"is_false\", FieldOperator.IsFalse),\n        (\"alike\", FieldOperator.Alike),\n"),
        new(
            "src/Domain/Segments/Evaluation/ValueTest.cs",
            "        (FieldOperator.Matches, TextOperand pattern)",
            "        (FieldOperator.Alike, TextOperand like) => new TextTest(text => text.Equals(like.Text, StringComparison.OrdinalIgnoreCase)),\n        (FieldOperator.Matches, TextOperand pattern)"),
        new("src/Domain/Segments/Language/TestReader.cs", "FieldOperator.StartsWith or FieldOperator.EndsWith =>", "FieldOperator.StartsWith or FieldOperator.EndsWith or FieldOperator.Alike =>"),
        new("src/Domain/Segments/Language/Text/OperatorWords.cs", "        (FieldOperator.Matches, [\"MATCHES\"]),\n", "        (FieldOperator.Matches, [\"MATCHES\"]),\n        (FieldOperator.Alike, [\"ALIKE\"]),\n"),

        // What was counted is told with the other metrics.
        new("src/Api/Metrics/ExportedMeters.cs", "[GrainMetrics.MeterName, store.Name,", "[\"CdpPipeline.Later\", GrainMetrics.MeterName, store.Name,"),
        new("src/Api/Metrics/ExportedMeters.cs", "if (meter == store) return true;", "if (meter == store || meter.Name == \"CdpPipeline.Later\") return true;"),
    ];

    private const string Notes =
        """
        using System.Diagnostics.Metrics;
        using System.Threading.Channels;
        using CdpPipeline.Domain.Identifiers;

        namespace CdpPipeline.Grains.Interfaces.Identities;

        public static class Later
        {
            public static readonly int Self = Environment.ProcessId;

            private static readonly Counter<long> Heard = new Meter("CdpPipeline.Later").CreateCounter<long>("cdp.later.heard");
            private static readonly Channel<IdentityId> Elsewhere = Channel.CreateBounded<IdentityId>(new BoundedChannelOptions(8) { FullMode = BoundedChannelFullMode.DropOldest });

            public static ChannelReader<IdentityId> AnsweredElsewhere => Elsewhere.Reader;

            public static void Hear(string what, int sentBy) => Count(what, sentBy == 0 ? "earlier" : sentBy == Self ? "self" : "later");

            public static void Count(string what, string how) => Heard.Add(1, new("what", what), new("how", how));

            public static IngestAnswer Hear(IngestAnswer answer)
            {
                Hear("answer", answer.SentBy);
                if (answer.SentBy != Self && answer.Outcomes.Count > 0) Elsewhere.Writer.TryWrite(answer.Outcomes[0].Identity);
                return answer;
            }
        }
        """;

    private const string Calls =
        """
        using System.Diagnostics;
        using CdpPipeline.Api.Errors;
        using CdpPipeline.Grains.Interfaces.Identities;
        using CdpPipeline.Silo.Shells;

        namespace CdpPipeline.Silo.Nodes;

        internal static class LaterCalls
        {
            public static async Task RunAsync(IGrainFactory factory)
            {
                await foreach (var id in Later.AnsweredElsewhere.ReadAllAsync())
                {
                    var since = Stopwatch.GetTimestamp();
                    try
                    {
                        Later.Hear("method", await factory.GetGrain<IIdentityShell>(id.Value).BuildAsync(CancellationToken.None));
                    }
                    catch (Exception exception)
                    {
                        var told = Problems.Of(new ClusterFaults().Of(exception) ?? exception);
                        var isLate = Stopwatch.GetElapsedTime(since) > TimeSpan.FromSeconds(5);
                        Later.Count("method", $"{told.Status}{(isLate ? " late" : "")}");
                        if (told.Status == 500) Console.WriteLine(exception);
                    }

                    await Task.Delay(100);
                }
            }
        }
        """;

    /// <exception cref="InvalidOperationException">The sources are not what these changes were written for.</exception>
    public static void Apply(string folder)
    {
        foreach (var change in Changes) change.Apply(folder);
        File.WriteAllText(Path.Combine(folder, "src/Grains.Interfaces/Identities/Later.cs"), Notes);
        File.WriteAllText(Path.Combine(folder, "src/Silo/Nodes/LaterCalls.cs"), Calls);
    }

    private sealed record Change(string File, string From, string To, int Times = 1)
    {
        public void Apply(string folder)
        {
            var path = Path.Combine(folder, File);
            var text = System.IO.File.ReadAllText(path);
            var parts = text.Split(From);
            if (parts.Length != Times + 1) throw new InvalidOperationException($"{File} has this {parts.Length - 1} times, not {Times}: {From}");
            System.IO.File.WriteAllText(path, string.Join(To, parts));
        }
    }
}
