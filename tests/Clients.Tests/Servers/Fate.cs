namespace CdpPipeline.Clients.Tests.Servers;

/// <summary>What becomes of a request with events at the <see cref="FaultyProxy"/>.</summary>
public enum Fate
{
    /// <summary>The server answers it.</summary>
    Pass,

    /// <summary>500; the server never sees it.</summary>
    Broken,

    /// <summary>503 with <c>Retry-After: 1</c>; the server never sees it.</summary>
    Busy,

    /// <summary>429 with <c>Retry-After: 1</c>; the server never sees it.</summary>
    TooMany,

    /// <summary>The connection breaks; the server never sees it.</summary>
    Cut,

    /// <summary>The server is killed while the request is under way, and started again; the connection breaks.</summary>
    DiesBefore,

    /// <summary>The server stores the events and is killed before the client hears of it, and started again; the connection breaks.</summary>
    DiesAfter,
}
