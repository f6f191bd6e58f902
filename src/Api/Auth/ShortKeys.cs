namespace CdpPipeline.Api.Auth;

/// <summary>Says at the start which keys of the configuration are so short that somebody might guess them. Keys that are made up here have 35 characters.</summary>
internal static partial class ShortKeys
{
    /// <summary>Fewer characters than these are too few.</summary>
    public const int LengthMin = 16;

    private static readonly string[] Settings = ["Cdp:WriteKey", "Cdp:ApiKey"];

    /// <summary>Warns of each, by the name of its setting.</summary>
    public static void Warn(IConfiguration configuration, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger(typeof(ShortKeys));
        foreach (var setting in Settings)
        {
            if (configuration[setting] is { Length: > 0 and < LengthMin }) Short(logger, setting, LengthMin);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Setting} has fewer than {LengthMin} characters, so that it might be guessed; set a longer one, made up at random.")]
    private static partial void Short(ILogger logger, string setting, int lengthMin);
}
