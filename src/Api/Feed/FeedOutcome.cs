namespace CdpPipeline.Api.Feed;

/// <summary>What became of an event.</summary>
[Flags]
internal enum FeedOutcome
{
    None = 0,
    Accepted = 1,
    Duplicate = 2,
    Rejected = 4,
    Suppressed = 8,
    All = Accepted | Duplicate | Rejected | Suppressed,
}

/// <summary>Their names, from and to.</summary>
internal static class FeedOutcomes
{
    public const string Choice = "accepted, duplicate, rejected or suppressed";

    public static string NameOf(FeedOutcome outcome) => outcome switch
    {
        FeedOutcome.Accepted => "accepted",
        FeedOutcome.Duplicate => "duplicate",
        FeedOutcome.Rejected => "rejected",
        _ => "suppressed",
    };

    /// <summary>Names separated by commas, or all of them for none; null when one is unknown.</summary>
    public static FeedOutcome? Parse(string? names)
    {
        if (string.IsNullOrEmpty(names)) return FeedOutcome.All;
        var outcomes = FeedOutcome.None;
        foreach (var name in names.Split(','))
        {
            FeedOutcome[] all = [FeedOutcome.Accepted, FeedOutcome.Duplicate, FeedOutcome.Rejected, FeedOutcome.Suppressed];
            var found = Array.Find(all, outcome => NameOf(outcome) == name.Trim());
            if (found == FeedOutcome.None) return null;
            outcomes |= found;
        }

        return outcomes;
    }
}
