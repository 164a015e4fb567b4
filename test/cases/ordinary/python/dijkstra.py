import heapq

GRAPH = {
    "A": {"B": 7, "C": 9, "F": 14},
    "B": {"A": 7, "C": 10, "D": 15},
    "C": {"A": 9, "B": 10, "D": 11, "F": 2},
    "D": {"B": 15, "C": 11, "E": 6},
    "E": {"D": 6, "F": 9},
    "F": {"A": 14, "C": 2, "E": 9},
}


def shortest(graph, start, goal):
    queue = [(0, start, [])]
    seen = set()
    while queue:
        cost, node, path = heapq.heappop(queue)
        if node in seen:
            continue
        seen.add(node)
        path = path + [node]
        if node == goal:
            return cost, path
        for neighbour, weight in graph[node].items():
            if neighbour not in seen:
                heapq.heappush(queue, (cost + weight, neighbour, path))
    return float("inf"), []


cost, path = shortest(GRAPH, "A", "E")
print(cost, "->".join(path))
assert cost == 20
