import pandas as pd

df = pd.read_csv("data/survey.csv")
df.columns = [c.strip().lower().replace(" ", "_") for c in df.columns]

# keep complete answers only
df = df.dropna(subset=["score", "department"])
df["score"] = pd.to_numeric(df["score"], errors="coerce").clip(0, 10)
df["answered_at"] = pd.to_datetime(df["answered_at"], utc=True)

by_department = (
    df.groupby("department")["score"]
    .agg(["count", "mean", "std"])
    .sort_values("mean", ascending=False)
    .round(2)
)

weekly = df.set_index("answered_at").resample("W")["score"].mean()

df = df.drop(columns=["comment"])
del df["department"]
by_department.to_csv("output/by_department.csv")
print(by_department.head(10))
print("last week:", weekly.iloc[-1])
