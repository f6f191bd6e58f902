namespace CdpPipeline.Testing;

/// <summary>Waits for what is to come about by itself, and not for ever.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <exception cref="TimeoutException">It did not hold within two minutes.</exception>
    public static async Task HoldsAsync(Func<Task<bool>> ask, string what, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await ask())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TimeProvider.System.GetElapsedTime(began) > Patience) throw new TimeoutException($"After {Patience} it still did not hold that {what}.");
            await Task.Yield();
        }
    }
}
