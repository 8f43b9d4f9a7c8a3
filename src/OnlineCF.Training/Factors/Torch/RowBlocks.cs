using OnlineCF.Training.History;
using TorchSharp;
using static TorchSharp.torch;

namespace OnlineCF.Training.Factors.Torch;

/// <summary>
/// The rows of one side, sorted by how many ratings they have and cut into blocks padded to the longest of
/// the block, so that the normal equations of a block's rows are a few batched matrix products.
/// </summary>
internal sealed class RowBlocks
{
    private const int MaxCells = 1 << 17;
    private const int MaxRows = 1024;

    private readonly List<RowBlock> _blocks = [];

    /// <summary>Blocks for the these rows of <paramref name="ratings"/>.</summary>
    public RowBlocks(RatingColumns ratings, int[] rows, Device device)
    {
        var order = rows.OrderByDescending(row => ratings.MoviesOf(row).Length).ToArray();
        for (var first = 0; first < order.Length;)
        {
            var width = Math.Max(1, ratings.MoviesOf(order[first]).Length);
            var count = Math.Min(Math.Clamp(MaxCells / width, 1, MaxRows), order.Length - first);
            _blocks.Add(Block(ratings, order.AsSpan(first, count), width, device));
            first += count;
        }
    }

    /// <summary>The blocks.</summary>
    public IReadOnlyList<RowBlock> Blocks => _blocks;

    private static RowBlock Block(RatingColumns ratings, ReadOnlySpan<int> rows, int width, Device device)
    {
        var cells = rows.Length * width;
        var (others, values, present) = (new long[cells], new float[cells], new float[cells]);
        var ids = new long[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            ids[i] = rows[i];
            var movies = ratings.MoviesOf(rows[i]);
            var stars = ratings.ValuesOf(rows[i]);
            for (var j = 0; j < movies.Length; j++)
            {
                (others[(i * width) + j], values[(i * width) + j], present[(i * width) + j]) = (movies[j], stars[j], 1);
            }
        }

        return new RowBlock(
            tensor(ids, device: device),
            tensor(others, device: device),
            tensor(values, device: device).reshape(rows.Length, width),
            tensor(present, device: device).reshape(rows.Length, width));
    }
}

/// <summary>Some rows with their ratings, padded to one width.</summary>
/// <param name="Rows">Row numbers, n.</param>
/// <param name="Others">Rows of the other side, n · width, flat; 0 in the padding.</param>
/// <param name="Values">Stars, n × width; 0 in the padding.</param>
/// <param name="Present">1 where there is a rating, 0 in the padding; n × width.</param>
internal sealed record RowBlock(Tensor Rows, Tensor Others, Tensor Values, Tensor Present);
