using System.Globalization;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>A store and a clock for many histories, one after the other; each has names of its own and nobody in common with the others.</summary>
internal sealed class Lane(IReadOnlyDictionary<string, string?> settings) : IAsyncDisposable
{
    private House? house;
    private int histories;

    public ManualClock Clock { get; } = new();

    public House House => house ?? throw new InvalidOperationException("The lane is not open.");

    public async Task OpenAsync(CancellationToken cancellationToken, bool recovers = true, bool watches = true) =>
        house = await House.OpenAsync(settings, Clock, cancellationToken, recovers, watches);

    public async Task RestartAsync(bool isCrash, CancellationToken cancellationToken, bool recovers = true, bool watches = true)
    {
        if (isCrash) await House.DisposeAsync();
        else await House.StopAsync(cancellationToken);
        await OpenAsync(cancellationToken, recovers, watches);
    }

    /// <summary>
    /// A key below those of everybody who comes from now on. Processes take keys in blocks, so that who comes later at another may have a lower one:
    /// where there are several, they are started anew.
    /// </summary>
    public async Task<long> NewKeyAsync(CancellationToken cancellationToken, bool watches = true)
    {
        if (House.Processes > 1) await RestartAsync(isCrash: false, cancellationToken, watches: watches);
        return await House.Log.NewKeyAsync(cancellationToken);
    }

    public string NextPrefix() => string.Create(CultureInfo.InvariantCulture, $"h{Interlocked.Increment(ref histories)}.");

    public async ValueTask DisposeAsync()
    {
        if (house is not null) await house.DisposeAsync();
    }
}
