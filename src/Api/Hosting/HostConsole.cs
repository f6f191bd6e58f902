using Microsoft.Extensions.Logging.Console;

namespace CdpPipeline.Api.Hosting;

/// <summary>The console that a host logs to: for people by default, and as <c>Logging:Console:FormatterName</c> says otherwise.</summary>
internal static class HostConsole
{
    private const string FormatterKey = "Logging:Console:FormatterName";

    /// <summary>The framework's simple console sets its formatter after the configuration is read, so what that says is set once more.</summary>
    public static ILoggingBuilder AddHostConsole(this ILoggingBuilder logging, IConfiguration configuration)
    {
        logging.AddSimpleConsole();
        logging.Services.PostConfigure<ConsoleLoggerOptions>(options => options.FormatterName = FormatterOf(configuration));
        return logging;
    }

    /// <summary>Whether somebody reads along, who can be told more than lines.</summary>
    public static bool IsForPeople(IConfiguration configuration) => string.Equals(FormatterOf(configuration), ConsoleFormatterNames.Simple, StringComparison.OrdinalIgnoreCase);

    private static string FormatterOf(IConfiguration configuration) => configuration[FormatterKey] is { Length: > 0 } name ? name : ConsoleFormatterNames.Simple;
}
