# Build the DAG
pipeline.build()

# Visualize the execution graph
print(pipeline.dag.visualize())
