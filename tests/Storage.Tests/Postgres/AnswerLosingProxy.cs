using CdpPipeline.Testing;

namespace CdpPipeline.Storage.Tests.Postgres;

/// <summary>On demand lets one commit through and breaks the connection before the answer.</summary>
internal sealed class AnswerLosingProxy(string connectionString) : PostgresProxy(connectionString)
{
    private int isArmed;

    public void LoseNextCommit() => Volatile.Write(ref isArmed, 1);

    protected override IPassage Open(CancellationToken stopped) => new Passage(this);

    private sealed class Passage(AnswerLosingProxy proxy) : IPassage
    {
        private volatile bool isCommitting;

        public ValueTask<bool> UpAsync(ReadOnlyMemory<byte> bytes)
        {
            if (IsCommit(bytes) && Interlocked.Exchange(ref proxy.isArmed, 0) == 1) isCommitting = true;
            return ValueTask.FromResult(true);
        }

        public ValueTask<bool> DownAsync(ReadOnlyMemory<byte> bytes) => ValueTask.FromResult(!isCommitting);
    }
}
