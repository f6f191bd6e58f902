using System.Text.Json.Serialization;

namespace CdpPipeline.Storage.Sqlite;

/// <summary>Names as one parameter of a statement.</summary>
[JsonSerializable(typeof(string[]))]
internal sealed partial class BulkJson : JsonSerializerContext;
