using System.IO.Pipelines;
using CdpPipeline.Api.Ingest;
using CdpPipeline.Grains.Interfaces.Ingest;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Tests.Ingest;

public sealed class RequestBodyTests
{
    private const int BytesMax = 1024 * 1024;

    [Fact]
    public async Task A_body_in_many_pieces_is_one_again_and_is_given_back()
    {
        var budget = Budget();
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var sent = Enumerable.Range(0, 100_000).Select(i => (byte)i).ToArray();
        for (var at = 0; at < sent.Length; at += 777)
            await pipe.Writer.WriteAsync(sent.AsMemory(at, Math.Min(777, sent.Length - at)), TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();

        using (var body = await ReadAsync(pipe.Reader, budget))
        {
            Assert.Null(body.Problem);
            Assert.True(body.Bytes.SequenceEqual(sent));
            Assert.InRange(budget.BytesHeld, sent.Length, 4 * sent.Length);
        }

        Assert.Equal(0, budget.BytesHeld);
    }

    [Fact]
    public async Task A_connection_that_breaks_gives_the_memory_back()
    {
        var budget = Budget();
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(new byte[1000], TestContext.Current.CancellationToken);
        var reading = ReadAsync(pipe.Reader, budget);
        await pipe.Writer.CompleteAsync(new IOException("gone"));

        await Assert.ThrowsAsync<IOException>(() => reading);
        Assert.Equal(0, budget.BytesHeld);
    }

    [Fact]
    public async Task A_body_beyond_the_budget_is_an_overload_and_takes_nothing()
    {
        var budget = Budget(buffersBytesMax: 100_000);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(new byte[200_000], TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();

        await Assert.ThrowsAsync<OverloadedException>(() => ReadAsync(pipe.Reader, budget));
        Assert.Equal(0, budget.BytesHeld);
    }

    private static BodyBudget Budget(long buffersBytesMax = 64 * BytesMax) => new(Options.Create(new IngestOptions { BuffersBytesMax = buffersBytesMax }));

    private static Task<RequestBody> ReadAsync(PipeReader reader, BodyBudget budget)
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IRequestBodyPipeFeature>(new Body(reader));
        return RequestBody.ReadAsync(context.Request, BytesMax, budget, TestContext.Current.CancellationToken).AsTask();
    }

    private sealed record Body(PipeReader Reader) : IRequestBodyPipeFeature;
}
