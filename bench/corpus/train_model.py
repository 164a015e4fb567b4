import numpy as np
import pandas as pd


def load(path):
    frame = pd.read_csv(path)
    frame = frame.dropna(subset=["size", "rooms", "price"])
    return frame[["size", "rooms"]].to_numpy(float), frame["price"].to_numpy(float)


def standardise(x):
    mean, deviation = x.mean(axis=0), x.std(axis=0)
    return (x - mean) / deviation, mean, deviation


def descend(x, y, rate=0.05, rounds=500):
    weights, bias = np.zeros(x.shape[1]), 0.0
    for _ in range(rounds):
        error = x @ weights + bias - y
        weights -= rate * (x.T @ error) / len(y)
        bias -= rate * error.mean()
    return weights, bias


x, y = load("houses.csv")
scaled, mean, deviation = standardise(x)
split = int(0.8 * len(y))
weights, bias = descend(scaled[:split], y[:split])
predicted = scaled[split:] @ weights + bias
print("mean absolute error:", np.abs(predicted - y[split:]).mean().round(2))
np.savez("model.npz", weights=weights, bias=bias, mean=mean, deviation=deviation)
