using System.Collections.Immutable;
using System.Text;
using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;

namespace CdpPipeline.Grains.Tests.Model;

/// <summary>One step of a history. Says everything by itself, so that a history stays one when steps are left out.</summary>
internal abstract record Operation;

/// <summary>Sends events in one call.</summary>
internal sealed record Send(ImmutableArray<Draft> Events) : Operation
{
    public override string ToString() => $"Send {string.Join(" + ", Events)}";
}

/// <summary>Asks for a merge, as the endpoint does; the first survives where the rule leaves the choice.</summary>
internal sealed record Join(Identifier Preferred, Identifier Other) : Operation
{
    public override string ToString() => $"Join {Preferred} and {Other}";
}

/// <summary>Undoes one of the merges of whoever is known by the identifier.</summary>
internal sealed record Undo(Identifier Of, int Pick) : Operation
{
    public override string ToString() => $"Undo #{Pick} of {Of}";
}

/// <summary>Removes what some sources sent longer ago than this.</summary>
internal sealed record Expire(ImmutableArray<SourceAge> Sources) : Operation
{
    public override string ToString() => $"Expire {string.Join(", ", Sources)}";
}

/// <summary>For how long the events of a source are kept.</summary>
internal readonly record struct SourceAge(string Source, TimeSpan Age);

/// <summary>Erases whoever is known by the identifier.</summary>
internal sealed record Erase(Identifier Of, bool Suppresses) : Operation
{
    public override string ToString() => $"Erase {Of}{(Suppresses ? " and suppress her" : "")}";
}

/// <summary>
/// Saves a definition, new or changed, under a number of its own; it may refer to those of lower numbers, by <see cref="Reference"/>. One that refers to
/// what is not there is left out.
/// </summary>
internal sealed record Define(int Number, string Filter) : Operation
{
    public static string Reference(int number) => $"{number:D8}-0000-0000-0000-000000000000";

    public override string ToString() => $"Define {Number} as {Filter}";
}

/// <summary>Everybody is judged by the definitions as they were saved last.</summary>
internal sealed record Fill : Operation
{
    public override string ToString() => "Fill";
}

/// <summary>Time passes until just before the next instant at which somebody is to be woken, and then until it.</summary>
internal sealed record UntilDue : Operation
{
    public override string ToString() => "Until due";
}

/// <summary>Time passes.</summary>
internal sealed record Pass(TimeSpan Time) : Operation
{
    public override string ToString() => $"Pass {Time}";
}

/// <summary>All idle grains leave memory.</summary>
internal sealed record LetGo : Operation
{
    public override string ToString() => "Let go";
}

/// <summary>The process ends, in order or by a crash, and starts again.</summary>
internal sealed record Restart(bool IsCrash) : Operation
{
    public override string ToString() => IsCrash ? "Crash" : "Restart";
}

/// <summary>An event to be sent: <paramref name="At"/> counts from the history's start, <paramref name="Delay"/> is what it was on its way after arriving.</summary>
internal sealed record Draft(EventType Type, string? Name, ImmutableArray<Identifier> Identifiers, string? MessageId, TimeSpan At, TimeSpan Delay, string Properties, string? Previous)
{
    public string Source { get; init; } = "model";

    /// <summary><see cref="At"/> counts from when it is sent instead.</summary>
    public bool CountsFromNow { get; init; }

    /// <summary>What it says of consent, as its context; null for nothing.</summary>
    public string? Consent { get; init; }

    public Event ToEvent(string prefix, DateTimeOffset start, DateTimeOffset now) => new()
    {
        Type = Type,
        Name = Name,
        Identifiers = [.. Identifiers.Select(identifier => identifier.Under(prefix))],
        MessageId = MessageId,
        Timestamp = (CountsFromNow ? now : start) + At,
        ReceivedAt = now - Delay,
        Source = Source,
        Properties = Encoding.UTF8.GetBytes(Properties),
        Context = Consent is null ? default : Encoding.UTF8.GetBytes(Consent),
        PreviousId = Previous is null ? null : prefix + Previous,
    };

    public override string ToString() =>
        $"[{Source} {Name ?? Type.ToString()} {string.Join(',', Identifiers)}{(Previous is null ? "" : $" was {Previous}")} {MessageId} @{(CountsFromNow ? "now" : "")}{At.TotalSeconds:0.######}s{(Delay > TimeSpan.Zero ? $" -{Delay}" : "")} {Properties} {Consent}]";
}

internal static class PrefixedIdentifiers
{
    /// <summary>The identifier as it is in one history, so that histories in the same store have nobody in common.</summary>
    public static Identifier Under(this Identifier identifier, string prefix) => new(identifier.Kind, prefix + identifier.Value);
}
