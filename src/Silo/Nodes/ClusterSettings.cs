using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CdpPipeline.Api.Hosting;

namespace CdpPipeline.Silo.Nodes;

/// <summary>How this process is a node of a cluster. Section <c>Cdp:Cluster</c>. All nodes of a cluster share its ids and its database.</summary>
internal sealed class ClusterSettings
{
    public const string Section = "Cdp:Cluster";

    private const int NameLengthMax = 63;

    /// <summary>Which cluster the node joins. Nodes of different ids know nothing of each other and must not share a database. Default: <c>cdp</c>.</summary>
    public string ClusterId { get; set; } = "cdp";

    /// <summary>The service that the cluster runs; it stays when a cluster is replaced by another. Default: <c>cdp</c>.</summary>
    public string ServiceId { get; set; } = "cdp";

    /// <summary>The address by which the other nodes reach this one: an IP address or a host name. Default: this machine's first that is not its loopback.</summary>
    public string? AdvertisedAddress { get; set; }

    /// <summary>Where the node listens for the others, an IP address. Default: the advertised address.</summary>
    public string? ListenAddress { get; set; }

    /// <summary>The port for the other nodes, 1–65,535. Keep it from everybody else: whoever reaches it is trusted. Default: 11111.</summary>
    public int Port { get; set; } = 11_111;

    /// <summary>Whether the node takes calls; without them it serves only its health and metrics. Default: true.</summary>
    public bool ServesApi { get; set; } = true;

    /// <summary>
    /// How often nodes look whether others are alive, 0.2–30 s. One that does not answer three times in a row is declared dead by two others (by the one
    /// there is, of two). Default: 2 s.
    /// </summary>
    public TimeSpan ProbePeriod { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a call to another node may take before it is given up, 1 s–10 min. Default: 30 s.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often membership deltas that wait for their segments are fetched, 5–1,000 ms. Default: 20 ms.</summary>
    public TimeSpan StreamPeriod { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Queues that the membership deltas of all segments are spread over, 1–64; the same on every node. Default: 4.</summary>
    public int StreamQueues { get; set; } = 4;

    /// <exception cref="SettingException">A setting can't work.</exception>
    public ClusterSettings Validated()
    {
        Require(IsName(ClusterId), nameof(ClusterId), ClusterId, $"use 1–{NameLengthMax} letters, digits, dots, dashes and underscores");
        Require(IsName(ServiceId), nameof(ServiceId), ServiceId, $"use 1–{NameLengthMax} letters, digits, dots, dashes and underscores");
        Require(ListenAddress is null || IPAddress.TryParse(ListenAddress, out _), nameof(ListenAddress), ListenAddress, "use an IP address, e.g. 0.0.0.0");
        Require(Port is > 0 and <= ushort.MaxValue, nameof(Port), Port, "use a port from 1 to 65535");
        Require(ProbePeriod >= TimeSpan.FromSeconds(0.2) && ProbePeriod <= TimeSpan.FromSeconds(30), nameof(ProbePeriod), ProbePeriod, "use 00:00:00.2 to 00:00:30");
        Require(CallTimeout >= TimeSpan.FromSeconds(1) && CallTimeout <= TimeSpan.FromMinutes(10), nameof(CallTimeout), CallTimeout, "use 00:00:01 to 00:10:00");
        Require(StreamPeriod >= TimeSpan.FromMilliseconds(5) && StreamPeriod <= TimeSpan.FromSeconds(1), nameof(StreamPeriod), StreamPeriod, "use 00:00:00.005 to 00:00:01");
        Require(StreamQueues is >= 1 and <= 64, nameof(StreamQueues), StreamQueues, "use 1 to 64");
        return this;
    }

    /// <summary>The address to tell the others.</summary>
    /// <exception cref="SettingException">The name leads nowhere.</exception>
    public IPAddress Advertised()
    {
        var name = AdvertisedAddress ?? Dns.GetHostName();
        if (IPAddress.TryParse(name, out var literal)) return literal;
        try
        {
            var found = Dns.GetHostAddresses(name).OrderBy(address => address.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).ToList();
            if (AdvertisedAddress is null) return found.Find(address => !IPAddress.IsLoopback(address)) ?? IPAddress.Loopback;
            if (found.Count > 0) return found[0];
        }
        catch (SocketException) when (AdvertisedAddress is null)
        {
            return IPAddress.Loopback;
        }
        catch (SocketException)
        {
            // Said below.
        }

        throw Wrong(nameof(AdvertisedAddress), name, "use an IP address, or a name that resolves to one");
    }

    private static bool IsName(string? text) =>
        text is { Length: > 0 and <= NameLengthMax } && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');

    private static void Require(bool isRight, string key, object? value, string remedy)
    {
        if (!isRight) throw Wrong(key, value, remedy);
    }

    private static SettingException Wrong(string key, object? value, string remedy) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{Section}:{key} is '{value}'; {remedy}."));
}
