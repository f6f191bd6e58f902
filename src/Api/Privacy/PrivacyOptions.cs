using CdpPipeline.Api.Hosting;

namespace CdpPipeline.Api.Privacy;

/// <summary>What is kept of where an event came from, section <c>Cdp:Privacy</c>. Holds for all sources, and before anything is stored.</summary>
public sealed class PrivacyOptions
{
    public const string Section = "Cdp:Privacy";

    /// <summary>
    /// What becomes of <c>context.ip</c>: <c>Keep</c>, <c>Truncate</c> (IPv4 to its first three bytes, IPv6 to its first six; what is no address is
    /// dropped) or <c>Drop</c>. Default: Keep.
    /// </summary>
    public IpHandling Ip { get; init; }

    /// <summary>An event without <c>context.ip</c> gets the address of the connection that it came by, then handled as <see cref="Ip"/> says. Default: false.</summary>
    public bool FillIp { get; init; }

    /// <summary>What becomes of <c>context.userAgent</c> and <c>context.userAgentData</c>: <c>Keep</c> or <c>Drop</c>. Default: Keep.</summary>
    public UserAgentHandling UserAgent { get; init; }

    /// <summary>Throws <see cref="SettingException"/> with a sentence about a value that can't work.</summary>
    public static PrivacyOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        return new PrivacyOptions
        {
            Ip = Choice<IpHandling>(section, nameof(Ip)),
            FillIp = Truth(section, nameof(FillIp)),
            UserAgent = Choice<UserAgentHandling>(section, nameof(UserAgent)),
        };
    }

    private static bool Truth(IConfigurationSection section, string key)
    {
        if (section[key] is not { Length: > 0 } text) return false;
        return bool.TryParse(text, out var truth) ? truth : throw new SettingException($"{Section}:{key} is '{text}'; set true or false.");
    }

    private static T Choice<T>(IConfigurationSection section, string key)
        where T : struct, Enum
    {
        if (section[key] is not { Length: > 0 } text) return default;
        return Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase)
            ? Enum.Parse<T>(text, ignoreCase: true)
            : throw new SettingException($"{Section}:{key} is '{text}'; set one of {string.Join(", ", Enum.GetNames<T>())}.");
    }
}

/// <summary>What becomes of an IP address.</summary>
public enum IpHandling
{
    Keep,
    Truncate,
    Drop,
}

/// <summary>What becomes of a user agent.</summary>
public enum UserAgentHandling
{
    Keep,
    Drop,
}
