namespace CdpPipeline.Api.History;

/// <summary>Makes calls of records. Pure, so that a rerun makes the same.</summary>
internal interface IHistoryFormat
{
    HistoryLine Read(FileRecord record);
}
