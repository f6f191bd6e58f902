namespace CdpPipeline.Faults.Tests.Load;

/// <summary>How hard the clients press: leisurely, so that the checks at the end stay short, save where a fault is about to come.</summary>
internal sealed class Pace
{
    public const int Leisurely = 120;

    private volatile int pauseMaxMs = Leisurely;

    /// <summary>The longest pause of a client between two requests, in milliseconds; 0: none.</summary>
    public int PauseMaxMs
    {
        get => pauseMaxMs;
        set => pauseMaxMs = value;
    }
}
