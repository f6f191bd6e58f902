using System.Globalization;

namespace CdpPipeline.Storage;

/// <summary>Under what name a process writes. A name is used once: whoever starts again, or opens another store, has another one.</summary>
public static class NodeName
{
    /// <summary>Longest name. PostgreSQL cuts names of sessions off soon after.</summary>
    public const int LengthMax = 48;

    /// <summary>A name that nobody had before: the machine's, as far as there is room, the process's number, and something random.</summary>
    public static string New()
    {
        var rest = string.Create(CultureInfo.InvariantCulture, $"-{Environment.ProcessId}-{Random.Shared.Next():x8}{Random.Shared.Next():x8}");
        var machine = string.Concat(Environment.MachineName.Where(char.IsAsciiLetterOrDigit));
        return machine[..Math.Min(machine.Length, LengthMax - rest.Length)] + rest;
    }

    internal static bool IsUsable(string? name) => name is { Length: > 0 and <= LengthMax } && name.All(c => c is > ' ' and <= '~');

    internal static void Validate(string? name, string key) => StorageOptionsException.Unless(
        IsUsable(name), key, name ?? "", $"set 1 to {LengthMax} visible ASCII characters that no other process uses, or nothing");
}
