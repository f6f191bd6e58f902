using System.Net;
using System.Text.Json;
using CdpPipeline.Faults.Tests;
using CdpPipeline.Silo.Tests.Chaos.Later;
using CdpPipeline.Testing;

namespace CdpPipeline.Silo.Tests.Chaos;

/// <summary>While nodes of two builds run, somebody saves a definition that the earlier one cannot read.</summary>
[Trait("Category", "Faults")]
[Collection("Faults")]
public sealed class LaterDefinitionTests
{
    private const int People = 24;

    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_earlier_build_cannot_judge_by_is_answered_503_there_and_is_right_once_it_is_updated()
    {
        Assert.SkipWhen(LaterBuild.MissingReason is not null, LaterBuild.MissingReason ?? string.Empty);
        var (earlier, later) = (ProgramProcess.PathOf("Silo"), await LaterBuild.ProgramAsync());
        await Run.WithSeedAsync("Postgres", async (_, program, _) =>
        {
            var (updated, old) = (program.Nodes[0], program.Nodes.Skip(1).ToList());
            updated.Program.Build = later;

            // The catalog is active at the earlier build, which cannot read what it is asked to save.
            await StartAsync(old[0]);
            await StartAsync(updated);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await SaveAsync(updated)).Status);
            Assert.Equal(HttpStatusCode.BadRequest, (await SaveAsync(old[0])).Status);

            // At the later one it is saved, while people are active at the others.
            await StopAsync(old[0]);
            await NodeCalls.ServedAsync(async () => (await updated.AskAsync(HttpMethod.Get, "/api/segments")).Status);
            foreach (var node in old) await StartAsync(node);
            for (var person = 0; person < People; person++) await old[person % 2].TakenAsync(person, "free");
            var (status, saved) = await SaveAsync(updated);
            Assert.Equal(HttpStatusCode.Created, status);

            // Whoever was let go meanwhile became active again where the definition is known.
            var answers = new List<HttpStatusCode>();
            for (var person = 0; person < People; person++)
            {
                answers.Add(await old[person % 2].IdentifyAsync(person, "Pro"));
                answers.Add((await old[person % 2].AskAsync(HttpMethod.Get, $"/api/profiles/userId:u{person}")).Status);
            }

            Assert.Contains(HttpStatusCode.ServiceUnavailable, answers);
            Assert.All(answers, answer => Assert.True(answer is HttpStatusCode.ServiceUnavailable or HttpStatusCode.OK, $"It was answered {answer}."));
            Assert.All(old, node => Assert.True(node.IsRunning));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await old[0].AskAsync(HttpMethod.Get, "/api/segments")).Status);

            foreach (var node in old)
            {
                await StopAsync(node);
                node.Program.Build = later;
                await StartAsync(node);
            }

            for (var person = 0; person < People; person++) await old[person % 2].TakenAsync(person, "Pro");
            var path = $"/api/segments/{saved!.Value.GetProperty("segmentId").GetGuid()}";
            await Eventually.HoldsAsync(
                async () => (await updated.AskAsync(HttpMethod.Get, path)).Answer is { } segment
                    && segment.GetProperty("status").GetString() == "live" && segment.GetProperty("memberCount").GetInt32() == People,
                "all are members",
                Token);

            // There is a way back, but not with that definition.
            await StopAsync(old[0]);
            old[0].Program.Build = earlier;
            old[0].Launch();
            using var late = new CancellationTokenSource(StopMax);
            await old[0].Program.EndAsync(late.Token);
            Assert.Contains("is not known to this build", program.Output, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.NoContent, (await updated.AskAsync(HttpMethod.Delete, path)).Status);
            old[0].Kill();
            await StartAsync(old[0]);
            for (var person = 0; person < People; person++) await old[0].TakenAsync(person, "team");
        });
    }

    private static async Task StartAsync(NodeProcess node)
    {
        node.Launch();
        await node.ReadyAsync(Token);
    }

    private static async Task StopAsync(NodeProcess node)
    {
        using var late = new CancellationTokenSource(StopMax);
        Assert.Equal(0, await node.Program.StopAsync(late.Token));
        node.Kill();
    }

    private static Task<(HttpStatusCode Status, JsonElement? Answer)> SaveAsync(NodeProcess node) =>
        node.AskAsync(HttpMethod.Post, "/api/segments", """{"name":"On pro, however spelt","filter":{"field":"traits.plan","operator":"alike","value":"PRO"}}""");
}
