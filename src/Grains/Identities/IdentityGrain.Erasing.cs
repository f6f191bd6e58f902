using CdpPipeline.Domain.Events;
using CdpPipeline.Domain.Identifiers;
using CdpPipeline.Grains.Interfaces.Identities;
using CdpPipeline.Grains.Interfaces.Storage;

namespace CdpPipeline.Grains.Identities;

public sealed partial class IdentityGrain
{
    public async Task<EraseAnswer> EraseAsync(EraseRequest request, CancellationToken cancellationToken)
    {
        var current = memory ?? await LoadAsync(cancellationToken);
        if (current.Person is not { Own.MergedInto: null } person) return new EraseAnswer(EraseVerdict.Again);
        var hash = request.Suppresses ? await services.SuppressionKey.HashAsync(cancellationToken) : null;
        Identifier[] identifiers = [.. person.Components.SelectMany(component => component.Identifiers).Select(linked => linked.Identifier)];
        var erasure = new Erasure(
            request.Receipt,
            id,
            [.. person.Components.Select(component => new ErasedComponent(component.Key, component.Seq))],
            identifiers,
            services.Clock.GetUtcNow().Whole())
        {
            Suppressed = hash is null ? [] : [.. identifiers.Select(hash.Of)],
        };
        try
        {
            var result = await services.Log.AppendAsync(new Append { Entries = [], Erasure = erasure }, CancellationToken.None);
            return result is Erased erased
                ? new EraseAnswer(EraseVerdict.Done) { Revision = erased.Revision, Identifiers = identifiers, Components = [.. person.Components.Select(component => component.Id)] }
                : new EraseAnswer(EraseVerdict.Again);
        }
        finally
        {
            // Gone, written by another activation, or of unknown outcome: in each case what is remembered is worth nothing.
            Forget();
            services.Watches.Note(person.Own.Key);
        }
    }
}
