namespace CdpPipeline.Grains.Tests.Model;

/// <summary>Cuts a failing history down: to its shortest failing beginning, then operation by operation, as long as it goes on failing.</summary>
internal static class Shrinking
{
    private const int RunsMax = 300;

    public static async Task<(IReadOnlyList<Operation> Operations, Exception Failure)> ShrinkAsync(
        IReadOnlyList<Operation> operations, Exception failure, Func<IReadOnlyList<Operation>, Task<(int At, Exception Failure)?>> tryAsync)
    {
        var runs = 0;
        var smallest = operations;
        for (var hasShrunk = true; hasShrunk && runs < RunsMax;)
        {
            hasShrunk = false;
            for (var i = smallest.Count; i >= 0 && runs < RunsMax; i--)
            {
                foreach (var candidate in Smaller(smallest, i))
                {
                    runs++;
                    if (await tryAsync(candidate) is not var (at, seen)) continue;
                    smallest = [.. candidate.Take(at + 1)];
                    failure = seen;
                    hasShrunk = true;
                    break;
                }

                i = Math.Min(i, smallest.Count);
            }
        }

        return (smallest, failure);
    }

    /// <summary>Without the operation; or with one of its events less. Beyond the end: the history as it is, to find where it fails first.</summary>
    private static IEnumerable<IReadOnlyList<Operation>> Smaller(IReadOnlyList<Operation> operations, int i)
    {
        if (i == operations.Count)
        {
            yield return operations;
            yield break;
        }

        yield return [.. operations.Take(i), .. operations.Skip(i + 1)];
        if (operations[i] is not Send { Events.Length: > 1 } send) yield break;
        foreach (var draft in send.Events.Take(8)) yield return [.. operations.Take(i), send with { Events = send.Events.Remove(draft) }, .. operations.Skip(i + 1)];
    }
}
