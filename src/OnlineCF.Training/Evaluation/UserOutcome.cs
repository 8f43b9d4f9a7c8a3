namespace OnlineCF.Training.Evaluation;

/// <summary>What one user contributed to a model's figures.</summary>
/// <param name="Squared">Σ of the squared errors on the user's hold-out ratings, stars².</param>
/// <param name="HeldOut">How many hold-out ratings were predicted; 0 for a user who was not measured.</param>
/// <param name="Ndcg10">NDCG@10 of the user's list; NaN without a liked hold-out movie.</param>
internal readonly record struct UserOutcome(double Squared, int HeldOut, double Ndcg10);
